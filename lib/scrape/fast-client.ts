/**
 * The way to most targets: HTTP/1.1 on a socket that reads into one buffer for all of them, without a stream, an event
 * or an object per chunk. Watched by match.bench.ts.
 */
import { connect as connectTcp, type NetConnectOpts, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { type BodyBuffer, HttpResponse } from '#lib/http'
import type { Fetched, Fetcher } from './fetch.ts'
import { requestHeaders } from './http-request.ts'
import { guardedLookup, refuseInternal } from './internal-address.ts'
import type { PoolOptions } from './pool.ts'
import { connectionError, ScrapeError } from './scrape-error.ts'
import { certificateMistake, tlsOptions } from './tls-options.ts'

/** Valid inside one callback only. */
const received = new Uint8Array(new ArrayBuffer(64 * 1024))

interface Exchange {
  readonly response: HttpResponse
  readonly isFresh: boolean
  readonly promise: PromiseWithResolvers<Fetched>
}

/** One connection to one target, kept between scrapes. */
export class FastClient implements Fetcher {
  phase: string
  readonly #url: URL
  readonly #options: PoolOptions
  #socket: Socket | undefined
  #exchange: Exchange | undefined

  constructor(url: URL, options: PoolOptions) {
    this.phase = 'connecting'
    this.#url = url
    this.#options = options
    this.#socket = undefined
    this.#exchange = undefined
  }

  async fetch(body: BodyBuffer, limitBytes: number, signal: AbortSignal): Promise<Fetched> {
    const stop = () => this.#settle(new ScrapeError('aborted', 'stopped'))
    signal.addEventListener('abort', stop, { once: true })
    try {
      const request = this.#request()
      const reused = this.#socket
      if (reused) {
        const answer = await this.#send(reused, request, body, limitBytes, false)
        // A target may close a connection that it kept just as the next request is under way.
        if (answer) return answer
      }
      if (this.#options.untrusted) refuseInternal(this.#url.hostname)
      const answer = await this.#send(this.#connect(), request, body, limitBytes, true)
      return (
        answer ?? Promise.reject(new ScrapeError('ended', `${this.#url.host}: the connection ended before an answer`))
      )
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  /** Undefined when a kept connection turned out to be gone before any answer. */
  async #send(
    socket: Socket,
    request: string,
    body: BodyBuffer,
    limitBytes: number,
    isFresh: boolean,
  ): Promise<Fetched | undefined> {
    body.length = 0
    const exchange = {
      response: new HttpResponse(body, limitBytes),
      isFresh,
      promise: Promise.withResolvers<Fetched>(),
    }
    this.#exchange = exchange
    this.phase = isFresh ? 'connecting' : 'waiting for headers'
    // Nothing that says who we are goes to a host whose certificate is not accepted yet.
    if (isFresh && this.#isTls) socket.once('secureConnect', () => this.#secured(socket as TLSSocket, request))
    else socket.write(request, 'latin1')
    try {
      return await exchange.promise.promise
    } catch (error) {
      this.close()
      if (!isFresh && exchange.response.isUntouched && (error as ScrapeError).code !== 'aborted') return undefined
      throw error
    }
  }

  get #isTls(): boolean {
    return this.#url.protocol === 'https:'
  }

  #secured(socket: TLSSocket, request: string): void {
    const mistake = certificateMistake(socket, this.#options.http, this.#url.host)
    if (mistake) return this.#settle(mistake)
    if (socket === this.#socket) socket.write(request, 'latin1')
  }

  #connect(): Socket {
    const host = this.#url.hostname.replace(/^\[|\]$/g, '')
    const port = Number(this.#url.port) || (this.#isTls ? 443 : 80)
    const onread = { buffer: received, callback: (length: number) => this.#receive(socket, length) }
    const lookup = this.#options.untrusted ? guardedLookup : undefined
    const socket: Socket = this.#isTls
      ? connectTls({ ...tlsOptions(this.#options.http, host), host, port, lookup, onread } as ConnectionOptions)
      : connectTcp({ host, port, lookup, onread, noDelay: true } as NetConnectOpts)
    socket.once(this.#isTls ? 'secureConnect' : 'connect', () => (this.phase = 'waiting for headers'))
    socket.on('error', (error) => this.#ended(socket, error))
    socket.on('end', () => this.#ended(socket))
    socket.on('close', () => this.#ended(socket))
    this.#socket = socket
    return socket
  }

  #receive(socket: Socket, length: number): boolean {
    const exchange = this.#exchange
    if (!exchange || socket !== this.#socket) {
      // Bytes that nobody asked for: whatever they are, they are not the answer to the next request.
      socket.destroy()
      if (socket === this.#socket) this.#socket = undefined
      return true
    }
    const { response } = exchange
    const isWanted = response.feed(received, 0, length)
    if (response.hasHead) this.phase = 'reading the body'
    if (!isWanted) this.#settle()
    return true
  }

  #ended(socket: Socket, error?: Error): void {
    if (socket !== this.#socket) return
    this.#socket = undefined
    const exchange = this.#exchange
    if (!exchange) return
    if (error) this.#settle(connectionError(error, this.#url.host))
    else {
      exchange.response.end()
      this.#settle()
    }
  }

  /** Ends the exchange with the error, or with what the response has become. */
  #settle(error?: ScrapeError): void {
    const exchange = this.#exchange
    if (!exchange) return
    this.#exchange = undefined
    const { response, promise } = exchange
    if (error ?? response.err) {
      this.close()
      promise.reject(error ?? new ScrapeError('response', `${this.#url.host}: ${response.err}`))
      return
    }
    if (!response.isReusable) this.close()
    promise.resolve({
      status: response.status,
      statusText: response.statusText,
      contentType: response.headers.get('content-type') ?? '',
      contentEncoding: (response.headers.get('content-encoding') ?? '').toLowerCase(),
    })
  }

  #request(): string {
    const { pathname, search, host } = this.#url
    let text = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n`
    for (const [name, value] of requestHeaders(this.#options)) text += `${name}: ${value}\r\n`
    return `${text}\r\n`
  }
}
