import { request as httpsRequest } from 'node:https'
import { parseQuantity } from '#lib/cluster'
import { writeText } from '#lib/exposition'
import { type OpenKubeApi, ProxiedBodies, readMetricsApi } from '#lib/kube'
import type { KubeState } from '#lib/kube-state'
import type { LocalBodies } from './local-bodies.ts'
import { API_SERVER_SOURCE, KUBELET_SOURCE } from './cluster-reach.ts'

/** What the bodies of kube-state and of metrics.k8s.io are called. */
export const KUBE_STATE_SOURCE = 'kube-state'
export const METRICS_API_SOURCE = 'metrics-api'

const TEXT = 'text/plain; version=0.0.4; charset=utf-8'
const CADVISOR = /^\/api\/v1\/nodes\/([^/]+)\/proxy\/metrics\/cadvisor$/
const KUBELET_LIMIT_BYTES = 64 << 20
const KUBELET_TIMEOUT_MS = 10_000

export interface ClusterBodiesParts {
  readonly api: OpenKubeApi
  readonly kubeState: KubeState
  readonly namespaces: () => readonly string[]
  /** Is told of each answer of a node's cAdvisor whether it names containers. */
  onCadvisor(node: string, namesContainers: boolean): void
}

/** Adds the bodies that only the main thread can get: kube-state's, and those that need the user's credential. */
export function addClusterBodies(
  bodies: LocalBodies,
  { api, kubeState, namespaces, onCadvisor }: ClusterBodiesParts,
): void {
  const proxied = new ProxiedBodies(api)
  bodies.add(API_SERVER_SOURCE, async (name) => {
    const path = name.slice(API_SERVER_SOURCE.length)
    const answer = await proxied.fetch(path)
    const node = CADVISOR.exec(path)?.[1]
    if (node !== undefined) onCadvisor(decodeURIComponent(node), namesContainers(answer.body))
    return answer
  })
  bodies.add(KUBELET_SOURCE, (name) => readKubelet(api, new URL(name.slice(KUBELET_SOURCE.length))))
  bodies.add(METRICS_API_SOURCE, async () => ({
    body: writeText(await readMetricsApi(api, namespaces(), (text) => parseQuantity(text) ?? 0)),
    contentType: TEXT,
  }))
  bodies.add(KUBE_STATE_SOURCE, async () => {
    const answer = await kubeState.answer()
    const body = new Uint8Array(answer.textLength)
    let at = 0
    for (const part of answer.text()) {
      body.set(part, at)
      at += part.length
    }
    return { body, contentType: TEXT }
  })
}

/** Whether any line has a container that is not empty. */
function namesContainers(body: Uint8Array): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const label = 'container="'
  for (let at = bytes.indexOf(label); at >= 0; at = bytes.indexOf(label, at + 1))
    if (bytes[at + label.length] !== QUOTE) return true
  return false
}

const QUOTE = 0x22

/** A kubelet's body with the user's credential, over a certificate that the cluster's CA vouches for and no other. */
async function readKubelet(api: OpenKubeApi, url: URL): Promise<{ body: Uint8Array; contentType: string }> {
  const { headers, cert, key, ca } = await api.credential()
  const { promise, resolve, reject } = Promise.withResolvers<{ body: Uint8Array; contentType: string }>()
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()]))
  const request = httpsRequest(url, {
    headers: { ...own, accept: TEXT },
    ...(cert === '' ? {} : { cert, key }),
    ...(ca === '' ? {} : { ca }),
    signal: AbortSignal.timeout(KUBELET_TIMEOUT_MS),
  })
  request.on('error', (error) =>
    reject(new Error(`cannot read the kubelet at ${url.host}: ${error.message}`, { cause: error })),
  )
  request.on('response', (response) => {
    const chunks: Buffer[] = []
    let length = 0
    response.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > KUBELET_LIMIT_BYTES)
        request.destroy(new Error(`its answer is longer than ${KUBELET_LIMIT_BYTES} bytes`))
      chunks.push(chunk)
    })
    response.on('end', () => {
      if (response.statusCode === 200)
        resolve({ body: new Uint8Array(Buffer.concat(chunks)), contentType: response.headers['content-type'] ?? '' })
      else reject(new Error(`server returned HTTP status ${response.statusCode} ${response.statusMessage}`))
    })
    response.on('error', reject)
  })
  request.end()
  return promise
}
