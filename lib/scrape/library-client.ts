import { Agent, buildConnector, type Dispatcher, ProxyAgent, request } from 'undici'
import { type BodyBuffer, formatSize } from '#lib/http'
import type { Fetched, Fetcher } from './fetch.ts'
import { plainHeaders, requestHeaders } from './http-request.ts'
import { guardedLookup, refuseInternal } from './internal-address.ts'
import type { PoolOptions } from './pool.ts'
import { connectionError, ScrapeError } from './scrape-error.ts'
import { certificateMistake, tlsOptions } from './tls-options.ts'

const MOST_REDIRECTS = 10
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** The way to the targets that are not plain HTTP/1.1 without detours: redirects and proxies, by undici. */
export class LibraryClient implements Fetcher {
  phase: string
  readonly #url: URL
  readonly #options: PoolOptions
  readonly #dispatchers: Map<string, Dispatcher>

  constructor(url: URL, options: PoolOptions) {
    this.phase = 'connecting'
    this.#url = url
    this.#options = options
    this.#dispatchers = new Map()
  }

  async fetch(body: BodyBuffer, limitBytes: number, signal: AbortSignal): Promise<Fetched> {
    this.phase = 'waiting for headers'
    try {
      const answer = await this.#follow(signal)
      this.phase = 'reading the body'
      await fill(body, answer.body, limitBytes)
      return {
        status: answer.statusCode,
        statusText: answer.statusText,
        contentType: headerOf(answer.headers['content-type']),
        contentEncoding: headerOf(answer.headers['content-encoding']).toLowerCase(),
      }
    } catch (error) {
      throw connectionError(error, this.#url.host)
    }
  }

  close(): void {
    for (const dispatcher of this.#dispatchers.values()) void dispatcher.destroy().catch(ignoreClosed)
    this.#dispatchers.clear()
  }

  async #follow(signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    let url = this.#url
    let isOurs = true
    for (let hops = 0; ; hops++) {
      const headers = Object.fromEntries(isOurs ? requestHeaders(this.#options) : plainHeaders(this.#options))
      const answer = await request(url, { dispatcher: this.#dispatcher(url, isOurs), headers, signal })
      const location = headerOf(answer.headers.location)
      const isDetour = REDIRECTS.has(answer.statusCode) && location !== '' && this.#options.http.follow_redirects
      if (!isDetour) return answer
      await answer.body.dump()
      if (hops === MOST_REDIRECTS) throw new ScrapeError('redirects', `stopped after ${MOST_REDIRECTS} redirects`)
      const next = redirected(url, location)
      // Once credentials were held back they stay so, even if the way leads home.
      isOurs &&= isSameHost(url, next)
      url = next
    }
  }

  /** The connections to a host; those to a stranger have neither our certificate nor our exceptions. */
  #dispatcher(url: URL, isOurs: boolean): Dispatcher {
    const { http, untrusted } = this.#options
    if (untrusted) refuseInternal(url.hostname)
    const key = `${isOurs} ${url.protocol === 'https:' ? url.hostname : ''}`
    let dispatcher = this.#dispatchers.get(key)
    if (!dispatcher) {
      dispatcher = makeDispatcher(url, isOurs ? this.#options : { ...this.#options, http: strangerOf(http) })
      this.#dispatchers.set(key, dispatcher)
    }
    return dispatcher
  }
}

function makeDispatcher(url: URL, options: PoolOptions): Dispatcher {
  const { http, untrusted } = options
  const lookup = untrusted ? { lookup: guardedLookup as never } : {}
  const tls = url.protocol === 'https:' ? tlsOptions(http, url.hostname) : {}
  const limits = { headersTimeout: 0, bodyTimeout: 0, connections: 1, maxHeaderSize: 64 * 1024 }
  if (http.proxy_url === undefined) return new Agent({ connect: connector({ ...tls, ...lookup }, options), ...limits })
  if (untrusted) refuseInternal(new URL(http.proxy_url).hostname)
  if (http.pinned_sha256) throw new ScrapeError('certificate', 'a pinned certificate cannot be checked through a proxy')
  return new ProxyAgent({ uri: http.proxy_url, requestTls: tls, proxyTls: lookup, ...limits })
}

/** Connects, and hands the connection over only when its certificate is accepted. */
function connector(options: buildConnector.BuildOptions, { http }: PoolOptions): buildConnector.connector {
  const connect = buildConnector({ ...options, ...(http.pinned_sha256 && { maxCachedSessions: 0 }) })
  return (target, done) => {
    connect(target, (error, socket) => {
      if (error) return done(error, null)
      const mistake = 'authorized' in socket ? certificateMistake(socket, http, target.host ?? '') : undefined
      if (!mistake) return done(null, socket)
      socket.destroy()
      done(mistake, null)
    })
  }
}

/** What another host may be spoken to with: it is verified, and gets nothing that says who we are. */
function strangerOf(http: PoolOptions['http']): PoolOptions['http'] {
  const { tls_config: tls, pinned_sha256: _, ...rest } = http
  return { ...rest, tls_config: tls && { ...tls, cert: '', cert_file: '', key: '', key_file: '', server_name: '' } }
}

function redirected(from: URL, location: string): URL {
  const to = URL.parse(location, from.href)
  if (to && /^https?:$/.test(to.protocol)) return to
  throw new ScrapeError(
    'redirect',
    `the target redirects to ${JSON.stringify(location.slice(0, 200))}, which is no URL`,
  )
}

/** The same host and port, or from a default port of HTTP to that of HTTPS. */
function isSameHost(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true
  const isUpgrade = from.protocol === 'http:' && to.protocol === 'https:' && from.port === '' && to.port === ''
  return isUpgrade && from.hostname === to.hostname
}

/** A dispatcher that is destroyed twice says so; there is nothing to do. */
function ignoreClosed(): void {}

async function fill(body: BodyBuffer, chunks: AsyncIterable<Uint8Array>, limitBytes: number): Promise<void> {
  body.length = 0
  for await (const chunk of chunks) {
    if (body.length + chunk.length > limitBytes) {
      throw new ScrapeError('body-size', `body exceeds body_size_limit of ${formatSize(limitBytes)}`)
    }
    body.append(chunk, 0, chunk.length)
  }
}

function headerOf(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(', ') : (value ?? '')
}
