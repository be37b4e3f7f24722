import { isIP } from 'node:net'
import { hostname } from 'node:os'

/** The parts of a request that the guard reads. */
export interface GuardedRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly isWebSocket: boolean
}

export interface Refusal {
  readonly status: 421 | 403
  readonly message: string
}

/**
 * Refuses what a foreign page could send. A request whose `Host` is a name that is not ours is refused: DNS rebinding
 * needs a name. What comes from a browser and changes something, and every WebSocket, needs an `Origin` of our own.
 */
export class Guard {
  readonly #names: ReadonlySet<string>
  readonly #anyHost: boolean

  /**
   * `names`: further host names that are ours, as configured. `anyHost`: every name is, as nobody is let in without a cookie,
   * which a browser sends to the name alone that set it.
   */
  constructor(names: readonly string[] = [], anyHost = false) {
    this.#anyHost = anyHost
    const host = hostname().toLowerCase()
    this.#names = new Set(['localhost', host, host.split('.')[0], ...names.map((name) => name.toLowerCase())])
  }

  /** Undefined when the request may pass. */
  check(request: GuardedRequest): Refusal | undefined {
    const host = single(request.headers.host)
    if (host === undefined || !(this.#anyHost || this.#isOurs(hostName(host)))) {
      const shown = JSON.stringify(host ?? '')
      const message = `the host name ${shown} is not one of this server: use its IP address or host name, or add the name with --web.host-name`
      return { status: 421, message }
    }
    if (!this.#needsOrigin(request)) return undefined
    const origin = single(request.headers.origin)
    if (origin !== undefined && sameOrigin(origin, host)) return undefined
    return {
      status: 403,
      message: `a request from ${origin ?? 'a page without an Origin'} may not do this here: open the page from this server`,
    }
  }

  #isOurs(name: string): boolean {
    if (isIP(name) !== 0) return true
    return this.#names.has(name) || name.endsWith('.localhost')
  }

  #needsOrigin(request: GuardedRequest): boolean {
    if (request.isWebSocket) return true
    const { origin, cookie } = request.headers
    const fromBrowser = origin !== undefined || cookie !== undefined || request.headers['sec-fetch-site'] !== undefined
    return fromBrowser && !['GET', 'HEAD', 'OPTIONS'].includes(request.method)
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? undefined : value
}

/** `[::1]:9090` → `::1`, `host:9090` → `host`, in lower case, without a final dot. */
function hostName(host: string): string {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  return name.toLowerCase().replace(/\.$/, '')
}

/** Whether an Origin names the same host and port as the Host header; either scheme, since TLS may end before us. */
function sameOrigin(origin: string, host: string): boolean {
  const url = URL.parse(origin)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false
  return url.host === URL.parse(`${url.protocol}//${host}`)?.host
}
