/** Two small servers over node:http, as for kube-state: a framework would double the memory that this role needs. */
import { once } from 'node:events'
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import type { CertificatePair } from '#lib/certificates'
import type { AskedRequest } from './access.ts'

/** An answer: its body in parts. */
export interface PlainAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Iterable<string | Uint8Array>
}

export type Answerer = (request: AskedRequest) => Promise<PlainAnswer>

/** A server that listens; disposing of it lets requests end. */
export interface Listening extends AsyncDisposable {
  readonly port: number
}

const REQUEST_MS = 30_000
const MOST_BODY_BYTES = 64 * 1024

/** The HTTPS server of the API. Its certificate and whose clients it knows may change while it runs. */
export class ApiServer implements AsyncDisposable {
  readonly #server: TlsServer
  #pair: CertificatePair
  #authorities = ''

  constructor(pair: CertificatePair, answer: Answerer, onError: (error: unknown) => void) {
    this.#pair = pair
    // Whoever shows a certificate is looked at by Access; whoever shows none may have a token.
    const options = { ...this.#context(), requestCert: true, rejectUnauthorized: false }
    this.#server = createServer(options, (request, response) => void respond(request, response, answer, onError))
    limit(this.#server)
  }

  setCertificate(pair: CertificatePair): void {
    this.#pair = pair
    this.#server.setSecureContext(this.#context())
  }

  /** PEM; '' for none. */
  setAuthorities(pem: string): void {
    this.#authorities = pem
    this.#server.setSecureContext(this.#context())
  }

  async listen(host: string, port: number): Promise<number> {
    return listening(this.#server, host, port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closed(this.#server)
  }

  #context() {
    // Without one of ours nobody is vouched for; an empty list would mean the public ones.
    return { ...this.#pair, ca: this.#authorities === '' ? [] : this.#authorities, minVersion: 'TLSv1.2' as const }
  }
}

/** A plain server of our own metrics. */
export async function listenPlainly(
  host: string,
  port: number,
  answer: Answerer,
  onError: (error: unknown) => void,
): Promise<Listening> {
  const server = createPlainServer((request, response) => void respond(request, response, answer, onError))
  limit(server)
  const bound = await listening(server, host, port)
  return { port: bound, [Symbol.asyncDispose]: () => closed(server) }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answerer,
  onError: (error: unknown) => void,
): Promise<void> {
  try {
    const asked = read(request)
    if (asked === undefined) return void response.writeHead(400).end('400 bad request\n')
    drain(request)
    const { status, headers, body } = await answer(asked)
    response.writeHead(status, headers)
    if (request.method !== 'HEAD') await write(response, body)
    response.end()
  } catch (error) {
    onError(error)
    if (response.headersSent) response.destroy()
    else response.writeHead(500).end('500 internal server error\n')
  }
}

/** A pause between two parts lets others in, and waits for a reader that is slow. */
async function write(response: ServerResponse, body: PlainAnswer['body']): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  let isFirst = true
  for (const part of body) {
    if (gone.signal.aborted) return
    if (!isFirst) await setImmediate()
    isFirst = false
    if (!response.write(part)) await once(response, 'drain', { signal: gone.signal }).catch(() => undefined)
  }
}

function read(request: IncomingMessage): AskedRequest | undefined {
  const url = URL.parse(request.url ?? '/', 'https://localhost')
  if (url === null) return undefined
  const socket = request.socket as Partial<TLSSocket>
  const certificate = socket.authorized === true ? socket.getPeerX509Certificate?.() : undefined
  return { method: request.method ?? 'GET', url, headers: request.headersDistinct, certificate }
}

/** Nothing here takes a body; a long one ends the connection. */
function drain(request: IncomingMessage): void {
  let length = 0
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > MOST_BODY_BYTES) request.destroy()
  })
}

function limit(server: Server | TlsServer): void {
  server.requestTimeout = REQUEST_MS
  server.headersTimeout = REQUEST_MS
  server.keepAliveTimeout = 90_000
}

async function listening(server: Server | TlsServer, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host: host === '' ? '::' : host, port }, resolve)
  await promise
  server.removeListener('error', reject)
  return (server.address() as AddressInfo).port
}

/** Requests that are being answered end; connections that wait for one are closed. */
async function closed(server: Server | TlsServer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  const late = setTimeout(() => server.closeAllConnections(), 1000)
  await promise
  clearTimeout(late)
}
