/**
 * A kept connection to one kubelet: HTTP/1.1 over TLS on a socket that reads into one buffer for all of them, without a
 * stream, an event or an object per chunk: there may be thousands, and each costs memory between its requests.
 * `npm run bench -- metrics-api` watches it.
 */
import { isIP } from 'node:net'
import { connect, type ConnectionOptions, type SecureContext, type TLSSocket } from 'node:tls'
import { HttpResponse, type BodyBuffer, type BodyBufferPool } from '#lib/http'
import { KubeletReadError } from './kubelet-read-error.ts'

/** Valid inside one callback only. */
const received = new Uint8Array(new ArrayBuffer(64 * 1024))
const MAX_BODY_BYTES = 16 << 20

/** With what a connection is made; another one needs another connection. */
export interface Verification {
  readonly context: SecureContext
  /** Whether the context has an authority. */
  readonly hasAuthority: boolean
}

/** The answer to one request. */
interface Exchange {
  readonly request: string
  readonly promise: PromiseWithResolvers<void>
  /** Made when the first byte arrives: those that wait hold no buffer. */
  response: HttpResponse | undefined
  body: BodyBuffer | undefined
}

/** What an answer was; the body is valid until the callback that is given it returns. */
export interface KubeletAnswer {
  readonly status: number
  readonly encoding: string
  readonly body: Uint8Array<ArrayBuffer>
}

/** One request at a time. */
export class KubeletConnection {
  readonly host: string
  readonly port: number
  readonly #buffers: BodyBufferPool
  /** Why the peer is a stranger; undefined where it is known. */
  readonly #refusal: (socket: TLSSocket, hasAuthority: boolean) => string | undefined
  #socket: TLSSocket | undefined
  #made: Verification | undefined
  /** Whether the peer of the socket is known. */
  #isKnown: boolean
  #exchange: Exchange | undefined
  /** What ended the connection. */
  #why: Error | undefined

  constructor(
    at: { readonly host: string; readonly port: number },
    buffers: BodyBufferPool,
    refusal: (socket: TLSSocket, hasAuthority: boolean) => string | undefined,
  ) {
    this.host = at.host
    this.port = at.port
    this.#buffers = buffers
    this.#refusal = refusal
    this.#socket = undefined
    this.#made = undefined
    this.#isKnown = false
    this.#exchange = undefined
    this.#why = undefined
  }

  /** Sends the request and hands the answer to `take`. Rejects with a KubeletReadError, or with what `take` throws. */
  async read<T>(
    request: string,
    verification: Verification,
    timeoutMs: number,
    take: (answer: KubeletAnswer) => T,
  ): Promise<T> {
    const late = () => this.stop(new KubeletReadError('timeout', `no answer within ${timeoutMs / 1000} s`))
    const timer = setTimeout(late, timeoutMs)
    try {
      if (this.#made !== verification) this.close()
      const isKept = this.#socket !== undefined
      // A kubelet may close a connection that was kept just as the next request is under way.
      if (isKept && (await this.#send(request))) return this.#taken(take)
      this.#connect(verification)
      if (await this.#send(request)) return this.#taken(take)
      const why = this.#why?.message ?? 'the connection ended before an answer'
      throw new KubeletReadError('unreachable', `it cannot be reached: ${why}`, { cause: this.#why })
    } finally {
      clearTimeout(timer)
      this.#release()
    }
  }

  /** Ends what is under way with this error. */
  stop(error: KubeletReadError): void {
    this.close()
    this.#exchange?.promise.reject(error)
  }

  close(): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.destroy()
  }

  /** False where the connection ended before any answer. */
  async #send(request: string): Promise<boolean> {
    this.#release()
    const promise = Promise.withResolvers<void>()
    const exchange: Exchange = { request, promise, response: undefined, body: undefined }
    this.#exchange = exchange
    // Nothing that says who we are is written before the certificate is known: `secureConnect` does it then.
    if (this.#isKnown) this.#socket?.write(request, 'latin1')
    await promise.promise
    return exchange.response !== undefined
  }

  #taken<T>(take: (answer: KubeletAnswer) => T): T {
    const { response, body } = this.#exchange ?? {}
    if (response === undefined || body === undefined) throw new Error('an answer is taken before it is there')
    if (response.isTooLong) throw new KubeletReadError('body', `its answer is longer than ${MAX_BODY_BYTES} bytes`)
    if (response.err !== '') throw new KubeletReadError('body', `its answer cannot be read: ${response.err}`)
    const encoding = (response.headers.get('content-encoding') ?? '').toLowerCase()
    return take({ status: response.status, encoding, body: body.seal() })
  }

  #release(): void {
    const body = this.#exchange?.body
    this.#exchange = undefined
    if (body !== undefined) this.#buffers.give(body)
  }

  #connect(verification: Verification): void {
    const { host, port } = this
    const options = {
      host,
      port,
      servername: isIP(host) === 0 ? host : '',
      secureContext: verification.context,
      rejectUnauthorized: false, // its certificate is judged below, before anything is sent
      onread: { buffer: received, callback: (length: number) => this.#receive(socket, length) },
    }
    const socket: TLSSocket = connect(options as ConnectionOptions)
    socket.once('secureConnect', () => this.#secured(socket, verification))
    socket.on('error', (error) => this.#ended(socket, error))
    socket.on('close', () => this.#ended(socket))
    this.#socket = socket
    this.#made = verification
    this.#isKnown = false
  }

  #secured(socket: TLSSocket, { hasAuthority }: Verification): void {
    if (socket !== this.#socket) return
    const why = this.#refusal(socket, hasAuthority)
    if (why !== undefined) return this.stop(new KubeletReadError('certificate', why))
    this.#isKnown = true
    if (this.#exchange !== undefined) socket.write(this.#exchange.request, 'latin1')
  }

  #receive(socket: TLSSocket, length: number): boolean {
    const exchange = this.#exchange
    if (socket !== this.#socket || exchange === undefined || isOver(exchange)) {
      // Bytes that nobody asked for: whatever they are, they are not the answer to the next request.
      socket.destroy()
      if (socket === this.#socket) this.#socket = undefined
      return true
    }
    exchange.body ??= this.#buffers.take()
    exchange.response ??= new HttpResponse(exchange.body, MAX_BODY_BYTES)
    if (exchange.response.feed(received, 0, length)) return true
    if (!exchange.response.isReusable) this.close()
    exchange.promise.resolve()
    return true
  }

  #ended(socket: TLSSocket, error?: Error): void {
    if (socket !== this.#socket) return
    this.#socket = undefined
    const exchange = this.#exchange
    if (exchange === undefined) return
    exchange.response?.end()
    this.#why = error
    exchange.promise.resolve()
  }
}

function isOver({ response }: Exchange): boolean {
  return response !== undefined && (response.isDone || response.err !== '')
}
