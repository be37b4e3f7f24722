import type { KubeApi } from './api.ts'
import { Turns } from './turns.ts'

/** So many bodies at once are fetched through the API server: it serves others too. */
const AT_ONCE = 4
const ACCEPT = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.9,*/*;q=0.1'

/** The path of a kubelet's endpoint on the API server. */
export function nodeProxyPath(node: string, path: string): string {
  return `/api/v1/nodes/${encodeURIComponent(node)}/proxy${path}`
}

/** The path of a pod's endpoint on the API server. */
export function podProxyPath(
  pod: { readonly namespace: string; readonly name: string; readonly port: number; readonly scheme: string },
  path: string,
): string {
  const { namespace, name, port, scheme } = pod
  const target = scheme === 'https' ? `https:${name}:${port}` : `${name}:${port}`
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${target}/proxy${path}`
}

/** Bodies of targets that are read through the API server, as its user, a few at a time. */
export class ProxiedBodies {
  readonly #api: KubeApi
  readonly #turns = new Turns(AT_ONCE)

  constructor(api: KubeApi) {
    this.#api = api
  }

  /** The body of a path of the API server; rejects with a sentence that says who refused. */
  async fetch(path: string, signal?: AbortSignal): Promise<{ body: Uint8Array; contentType: string }> {
    using _ = await this.#turns.take()
    const answer = await this.#api.request(path, { headers: { accept: ACCEPT }, timeoutMs: 10_000, signal })
    const body = await answer.bytes()
    if (answer.status !== 200) throw new Error(refusal(answer.status, body))
    return { body, contentType: answer.headers['content-type'] ?? '' }
  }
}

/** The API server refuses with a Status object; any other body is what the kubelet or pod itself said. */
function refusal(status: number, body: Uint8Array): string {
  const text = new TextDecoder().decode(body.subarray(0, 4096)).trim()
  const message = /"kind":\s*"Status"/.test(text) ? /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] : undefined
  if (message !== undefined) return `the API server answered ${status}: ${message.replaceAll('\\"', '"')}`
  return `answered HTTP status ${status} through the API server: ${text.slice(0, 200)}`
}
