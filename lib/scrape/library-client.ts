import { Agent, type Dispatcher, interceptors, ProxyAgent, request } from 'undici'
import type { BodyBuffer } from './body-buffer.ts'
import type { Fetched, Fetcher } from './fetch.ts'
import { requestHeaders } from './http-request.ts'
import type { PoolOptions } from './pool.ts'
import { connectionError, ScrapeError } from './scrape-error.ts'
import { tlsOptions } from './tls-options.ts'
import { formatSize } from './units.ts'

const MOST_REDIRECTS = 10

/** The way to the targets that are not plain HTTP/1.1 without detours: redirects and proxies, by undici. */
export class LibraryClient implements Fetcher {
  phase: string
  readonly #url: URL
  readonly #options: PoolOptions
  readonly #dispatcher: Dispatcher

  constructor(url: URL, options: PoolOptions) {
    this.phase = 'connecting'
    this.#url = url
    this.#options = options
    const connect = url.protocol === 'https:' ? tlsOptions(options.http, url.hostname) : {}
    const limits = { headersTimeout: 0, bodyTimeout: 0, connections: 1, maxHeaderSize: 64 * 1024 }
    const proxy = options.http.proxy_url
    const agent = proxy
      ? new ProxyAgent({ uri: proxy, requestTls: connect, ...limits })
      : new Agent({ connect, ...limits })
    const maxRedirections = options.http.follow_redirects ? MOST_REDIRECTS : 0
    this.#dispatcher = agent.compose(interceptors.redirect({ maxRedirections }))
  }

  async fetch(body: BodyBuffer, limitBytes: number, signal: AbortSignal): Promise<Fetched> {
    this.phase = 'waiting for headers'
    try {
      const headers = Object.fromEntries(requestHeaders(this.#options))
      const answer = await request(this.#url, { dispatcher: this.#dispatcher, headers, signal })
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
    void this.#dispatcher.destroy().catch(ignoreClosed)
  }
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
