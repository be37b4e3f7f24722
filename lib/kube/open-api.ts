import type { IncomingMessage, RequestOptions } from 'node:http'
import { createGunzip } from 'node:zlib'
import type { TelemetryFamily } from '#lib/telemetry'
import type { KubeAnswer, KubeApi, KubeIdentity, KubeRequest } from './api.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { connectionError } from './connection-error.ts'
import { Credentials, type Credential } from './credentials.ts'
import { RequestTelemetry } from './request-telemetry.ts'
import { errorOfAnswer } from './status-error.ts'
import { Transport } from './transport.ts'

/** An API that was opened: its owner disposes of it, which ends its connections and what runs over them. */
export interface OpenKubeApi extends KubeApi, AsyncDisposable {
  /** As of now; only for peers whose certificate was verified by `ca` or pinned, such as kubelets. */
  credential(): Promise<Credential>
  /** What a person should know of the access, such as a certificate that is not verified. */
  readonly notices: readonly string[]
  telemetry(): TelemetryFamily[]
}

/** Settings of `openKubeApi` that have defaults. */
export interface OpenOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly userAgent?: string
  /** How long a plugin for credentials may run. */
  readonly execLimitMs?: number
}

const DEFAULT_TIMEOUT_MS = 30_000
const MAX_BODY_BYTES = 64 << 20

/** Opens the way to an API server; nothing is sent before the first request. */
export function openKubeApi(access: ClusterAccess, options: OpenOptions = {}): OpenKubeApi {
  return new HttpKubeApi(access, options)
}

class HttpKubeApi implements OpenKubeApi {
  readonly identity: KubeIdentity
  readonly notices: readonly string[]
  readonly #access: ClusterAccess
  readonly #credentials: Credentials
  readonly #transport: Transport
  readonly #userAgent: string
  readonly #telemetry = new RequestTelemetry()
  readonly #closed = new AbortController()

  constructor(access: ClusterAccess, options: OpenOptions) {
    this.#access = access
    this.identity = access.identity
    this.notices = access.notices
    this.#credentials = new Credentials(access, options.env ?? process.env, Date.now, options.execLimitMs)
    this.#transport = new Transport(access)
    this.#userAgent = options.userAgent ?? 'binnacle'
  }

  async request(path: string, options: KubeRequest = {}): Promise<KubeAnswer> {
    const credential = await this.#credentials.current()
    const answer = await this.#send(path, options, credential)
    if (answer.status !== 401 || options.relayed === true || !this.#credentials.canChange) return answer
    await answer.bytes()
    this.#telemetry.refreshes++
    // Whoever was refused first makes them new; for the others they are new already.
    if (sameProof(await this.#credentials.current(), credential)) this.#credentials.expire()
    return this.#send(path, options, await this.#credentials.current())
  }

  async json<T>(path: string, options: KubeRequest = {}): Promise<T> {
    const answer = await this.request(path, { ...options, headers: { accept: 'application/json', ...options.headers } })
    const body = await answer.bytes()
    if (answer.status < 200 || answer.status > 299)
      throw errorOfAnswer(answer.status, answer.headers, body, `${options.method ?? 'GET'} ${path}`)
    return JSON.parse(Buffer.from(body).toString('utf8')) as T
  }

  credential(): Promise<Credential> {
    return this.#credentials.current()
  }

  telemetry(): TelemetryFamily[] {
    return this.#telemetry.families()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new Error('the API client was closed'))
    this.#transport.close()
  }

  async #send(path: string, options: KubeRequest, credential: Credential): Promise<KubeAnswer> {
    const { method = 'GET', stream = false, timeoutMs = DEFAULT_TIMEOUT_MS } = options
    const body = options.body === undefined ? undefined : bodyText(options.body)
    const timeout = new Deadline(timeoutMs)
    const signals = [this.#closed.signal, timeout.signal, options.signal].filter((one) => one !== undefined)
    const signal = AbortSignal.any(signals)
    try {
      signal.throwIfAborted()
      const head = await this.#head(
        path + queryText(options.query),
        { method, headers: this.#headers(options, credential, body), signal },
        credential,
        stream,
        body,
      )
      this.#telemetry.answered(method, head.statusCode ?? 0)
      if (stream) timeout.clear()
      return new HttpAnswer(head, timeout, (error) => this.#explain(error, options, timeout))
    } catch (error) {
      timeout.clear()
      this.#telemetry.answered(method, 0)
      throw this.#explain(error, options, timeout)
    }
  }

  #head(
    path: string,
    init: RequestOptions,
    credential: Credential,
    stream: boolean,
    body?: string,
  ): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const request = this.#transport.open(path, init, credential, stream)
    // Errors after the head are those of the answer's stream.
    request.on('error', reject).once('response', resolve)
    request.end(body)
    return promise
  }

  #headers({ headers, body }: KubeRequest, credential: Credential, text?: string): Record<string, string | string[]> {
    const all: Record<string, string | string[]> = { 'user-agent': this.#userAgent, accept: 'application/json' }
    if (this.#access.compression) all['accept-encoding'] = 'gzip'
    if (text !== undefined) all['content-length'] = String(Buffer.byteLength(text))
    if (body !== undefined && typeof body !== 'string') all['content-type'] = 'application/json'
    for (const [name, value] of Object.entries({ ...headers, ...credential.headers }))
      all[name.toLowerCase()] = typeof value === 'string' ? value : [...value]
    return all
  }

  /** Errors of the world in words; the caller's own abort stays what it was. */
  #explain(error: unknown, { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: KubeRequest, timeout: Deadline): unknown {
    if (signal?.aborted) return signal.reason
    if (this.#closed.signal.aborted) return this.#closed.signal.reason
    const { server, proxy } = this.#access
    if (timeout.signal.aborted)
      return connectionError(server, new Error(`no answer within ${timeoutMs / 1000} s`), proxy)
    return connectionError(server, error, proxy)
  }
}

class HttpAnswer implements KubeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly chunks: AsyncIterable<Uint8Array>

  constructor(head: IncomingMessage, timeout: Deadline, explain: (error: unknown) => unknown) {
    this.status = head.statusCode ?? 0
    this.headers = Object.fromEntries(
      Object.entries(head.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    )
    this.chunks = inflated(head, timeout, explain)
  }

  async bytes(limit = MAX_BODY_BYTES): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    let length = 0
    for await (const part of this.chunks) {
      length += part.length
      if (length > limit) throw new Error(`an answer of the API server is longer than ${limit} bytes`)
      parts.push(part)
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts)
  }
}

/** The body's bytes; ending early closes the connection. */
async function* inflated(
  head: IncomingMessage,
  timeout: Deadline,
  explain: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  let source: AsyncIterable<Uint8Array> = head
  if (head.headers['content-encoding'] === 'gzip') {
    const gunzip = createGunzip()
    head.on('error', (error) => gunzip.destroy(error))
    source = head.pipe(gunzip)
  }
  try {
    for await (const chunk of source) yield chunk
  } catch (error) {
    throw explain(error)
  } finally {
    timeout.clear()
    if (!head.complete) head.destroy()
  }
}

/** Aborts after a time unless it is cleared; 0 never does. */
class Deadline {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout | undefined

  constructor(ms: number) {
    if (ms > 0) this.#timer = setTimeout(() => this.#controller.abort(), ms).unref()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  clear(): void {
    clearTimeout(this.#timer)
  }
}

function sameProof(a: Credential, b: Credential): boolean {
  return a.headers.Authorization === b.headers.Authorization && a.cert === b.cert && a.ca === b.ca
}

function bodyText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

function queryText(query: KubeRequest['query']): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {}))
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) search.append(name, one)
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
