import { parseQuantity } from '#lib/cluster'
import { writeText } from '#lib/exposition'
import { type OpenKubeApi, ProxiedBodies, readMetricsApi, readWithCredential } from '#lib/kube'
import type { KubeState } from '#lib/kube-state'
import { API_SERVER_SOURCE, OWN_SOURCE } from './cluster-reach.ts'
import type { LocalBodies, LocalBody } from './local-bodies.ts'

/** What the bodies of kube-state and of metrics.k8s.io are called. */
export const KUBE_STATE_SOURCE = 'kube-state'
export const METRICS_API_SOURCE = 'metrics-api'

const TEXT = 'text/plain; version=0.0.4; charset=utf-8'
const CADVISOR = /^\/api\/v1\/nodes\/([^/]+)\/proxy\/metrics\/cadvisor$/

export interface ClusterBodiesParts {
  readonly api: OpenKubeApi
  /** Absent: the state is read from pods that tell it. */
  readonly kubeState: KubeState | undefined
  readonly namespaces: () => readonly string[]
  /** Is told of each answer of a node's cAdvisor whether it names containers. */
  onCadvisor(node: string, namesContainers: boolean): void
  /** Is told why metrics.k8s.io failed, or ''. */
  onMetricsApi(failure: string): void
}

/** Adds the bodies that only the main thread can get: kube-state's, and those that need the user's credential. */
export function addClusterBodies(bodies: LocalBodies, parts: ClusterBodiesParts): void {
  bodies.add(API_SERVER_SOURCE, relayedBody(parts))
  bodies.add(OWN_SOURCE, (name) => ownBody(parts, name.slice(OWN_SOURCE.length)))
  bodies.add(METRICS_API_SOURCE, () => metricsApiBody(parts))
  const { kubeState } = parts
  if (kubeState !== undefined) bodies.add(KUBE_STATE_SOURCE, () => kubeStateBody(kubeState))
}

function relayedBody({ api, onCadvisor }: ClusterBodiesParts): LocalBody {
  const proxied = new ProxiedBodies(api)
  return async (name) => {
    const path = name.slice(API_SERVER_SOURCE.length)
    const answer = await proxied.fetch(path)
    const node = CADVISOR.exec(path)?.[1]
    if (node !== undefined) onCadvisor(decodeURIComponent(node), namesContainers(answer.body))
    return answer
  }
}

/** `PIN:URL`, or `:URL` where the cluster's authority must vouch for the peer. */
async function ownBody({ api }: ClusterBodiesParts, name: string): ReturnType<LocalBody> {
  const at = name.indexOf(':')
  const pin = name.slice(0, at)
  const credential = await api.credential()
  return readWithCredential(new URL(name.slice(at + 1)), {
    credential,
    ...(pin === '' ? {} : { pinnedSha256: pin }),
  })
}

async function metricsApiBody({ api, namespaces, onMetricsApi }: ClusterBodiesParts): ReturnType<LocalBody> {
  try {
    const families = await readMetricsApi(api, namespaces(), (text) => parseQuantity(text) ?? 0)
    onMetricsApi('')
    return { body: writeText(families), contentType: TEXT }
  } catch (error) {
    onMetricsApi((error as Error).message)
    throw error
  }
}

async function kubeStateBody(kubeState: KubeState): ReturnType<LocalBody> {
  const answer = await kubeState.answer()
  const body = new Uint8Array(answer.textLength)
  let at = 0
  for (const part of answer.text()) {
    body.set(part, at)
    at += part.length
  }
  return { body, contentType: TEXT }
}

/** Whether any line has a container that is not empty. */
export function namesContainers(body: Uint8Array): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const label = 'container="'
  for (let at = bytes.indexOf(label); at >= 0; at = bytes.indexOf(label, at + 1))
    if (bytes[at + label.length] !== QUOTE) return true
  return false
}

const QUOTE = 0x22
