import type { KubeApi } from './api.ts'
import { Turns } from './turns.ts'

/**
 * So many bodies at once are fetched through the API server: it serves others too. What pods say, who may be anyone's,
 * waits in a line of its own: a slow pod holds up no kubelet.
 */
const NODES_AT_ONCE = 3
const PODS_AT_ONCE = 2
/** Waiting in line included. */
const LIMIT_MS = 10_000
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
  const target = `${scheme === 'https' ? 'https:' : ''}${encodeURIComponent(name)}:${port}`
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${target}/proxy${path}`
}

/**
 * Whether a path stays below the place that it is put behind, whoever reads it: our request carries a credential, and
 * a proxy before the API server may decode `%2e%2e%2f` before it looks for dots. Doubly encoded dots count as well.
 */
export function staysBelow(path: string): boolean {
  let plain = path.split('?', 1)[0]
  for (let last = ''; plain !== last;) {
    last = plain
    try {
      plain = decodeURIComponent(last)
    } catch {
      // A lonely `%` or bytes that are no text: who knows how another reads them.
      return false
    }
  }
  // oxlint-disable-next-line no-control-regex
  return plain.startsWith('/') && !/[\\#?;\x00-\x1f\x7f]/.test(plain) && !/(^|\/)\.{1,2}(\/|$)/.test(plain)
}

/** Bodies of targets that are read through the API server, as its user, a few at a time. */
export class ProxiedBodies {
  readonly #api: KubeApi
  readonly #nodes = new Turns(NODES_AT_ONCE)
  readonly #pods = new Turns(PODS_AT_ONCE)
  readonly #limitMs: number

  constructor(api: KubeApi, limitMs = LIMIT_MS) {
    this.#api = api
    this.#limitMs = limitMs
  }

  /** The body of a path of the API server; rejects with a sentence that says who refused. No redirect is followed. */
  async fetch(path: string): Promise<{ body: Uint8Array; contentType: string }> {
    const seconds = this.#limitMs / 1000
    const signal = AbortSignal.timeout(this.#limitMs)
    try {
      using _ = await this.#lineOf(path).take(signal)
      const relayed = path.startsWith('/api/v1/')
      const answer = await this.#api.request(path, { headers: { accept: ACCEPT }, timeoutMs: 0, signal, relayed })
      const body = await answer.bytes()
      if (answer.status !== 200) throw new Error(refusal(answer.status, body))
      return { body, contentType: answer.headers['content-type'] ?? '' }
    } catch (error) {
      if (signal.aborted) throw new Error(`timed out after ${seconds} s through the API server`, { cause: error })
      throw error
    }
  }

  #lineOf(path: string): Turns {
    return path.startsWith('/api/v1/namespaces/') ? this.#pods : this.#nodes
  }
}

/** The API server refuses with a Status object; any other body is what the kubelet or pod itself said. */
function refusal(status: number, body: Uint8Array): string {
  const text = new TextDecoder().decode(body.subarray(0, 4096)).trim()
  const message = /"kind":\s*"Status"/.test(text) ? /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] : undefined
  if (message !== undefined) return `the API server answered ${status}: ${message.replaceAll('\\"', '"')}`
  return `answered HTTP status ${status} through the API server: ${text.slice(0, 200)}`
}
