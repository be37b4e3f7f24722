import { STATUS_CODES } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerFactory } from 'fastify'
import { acceptsGzip, Guard, type Refusal } from '#lib/http'
import { type Scope, scopeKey, seesCluster } from '#lib/storage'
import { type AdminParts, adminRoutes } from './admin-routes.ts'
import { admit, type Admission, refuseWithoutCluster, scopeOf } from './admission.ts'
import { type Answer, ApiError, errorAnswer } from './error.ts'
import { GZIP_FROM } from './gzip.ts'
import { heapsterRoutes } from './heapster-routes.ts'
import { LiveStream } from './live.ts'
import type { Params } from './params.ts'
import type { ReadEndpoint, ReadRequest } from './read-api.ts'
import { type Source, wholeOf } from './source.ts'

/** A body that some route answers with as it is. */
export interface RawBody {
  readonly contentType: string
  readonly body: Uint8Array | string
}

/** What the HTTP server needs from the program; every read is given a scope. */
/** A stream's socket, as far as it is used. */
interface WebSocket {
  send(message: string): void
  close(code: number, reason: string): void
  on(event: 'message', listener: (data: Buffer) => void): void
  on(event: 'close', listener: () => void): void
}

export interface ServerParts {
  /** Further names of this server, beside its own. */
  readonly hostNames: readonly string[]
  /** Requests may name any host: whoever is let in has a cookie or a token of this one. */
  readonly anyHost?: boolean
  /** Who may ask what. */
  readonly admission: Admission
  /** Makes the server that requests come to; absent: a plain one. */
  readonly serverFactory?: FastifyServerFactory
  read(request: ReadRequest, signal: AbortSignal): Promise<Answer>
  /** JSON answers below /api/v1/, by path: `status/buildinfo`. */
  readonly status: Readonly<Record<string, (scope: Scope, params: Params) => Promise<unknown>>>
  readonly admin: AdminParts
  /** JSON answers of the web application, below /api/ui/v1/ and, by the same names, in its stream of live values. */
  readonly ui: Readonly<Record<string, Source>>
  /** Texts such as /metrics, by whole path. */
  readonly raw: Readonly<Record<string, (request: RawRequest) => Promise<RawBody>>>
  isReady(): boolean
  /** The web application's pages and files. */
  readonly application: Application
  /** Called once for each new stream of live values; the answer is called when it ends. */
  onStream(tick: (everything: boolean) => void): () => void
  onRequest(path: string, status: number, seconds: number): void
}

/** What a raw route may look at. */
export interface RawRequest {
  readonly accept: string
  readonly params: Params
}

export interface Application {
  /** The page for any path of the application, with this nonce set into it. */
  page(nonce: string): string
  /** The folder of its hashed files. */
  readonly assets: string
}

const COMMON_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
}

/** Joins the parts to an HTTP server that does not listen yet. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  // Loaded here: the query threads import this package too, and have no HTTP server.
  const { fastify } = await import('fastify')
  const { serverFactory } = parts
  const server = fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: 10 * 1024 * 1024,
    forceCloseConnections: true,
    ...(serverFactory === undefined ? {} : { serverFactory }),
  })
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, body),
  )
  guard(server, parts)
  admit(server, parts.admission, turnAway)
  await server.register(import('@fastify/compress'), {
    global: true,
    threshold: GZIP_FROM,
    encodings: ['gzip', 'deflate', 'identity'],
    // As gzip.ts, which packs the reads.
    zlibOptions: { level: 1, chunkSize: 64 * 1024 },
  })
  await server.register(import('@fastify/websocket'), { options: { maxPayload: 256 * 1024 } })
  readRoutes(server, parts)
  statusRoutes(server, parts)
  adminRoutes(server, parts.admin, paramsOf)
  uiRoutes(server, parts)
  heapsterRoutes(server, parts, paramsOf, whenGone)
  rawRoutes(server, parts)
  await applicationRoutes(server, parts)
  return server
}

function guard(server: FastifyInstance, parts: ServerParts): void {
  const rules = new Guard(parts.hostNames, parts.anyHost)
  server.addHook('onRequest', async (request, reply) => {
    const isWebSocket = request.headers.upgrade !== undefined
    const refusal = rules.check({ method: request.method, headers: request.headers, isWebSocket })
    void reply.headers(COMMON_HEADERS)
    if (!refusal) return
    if (isWebSocket) refuseUpgrade(request, reply, refusal)
    else await reply.code(refusal.status).send(envelope('bad_data', refusal.message))
  })
  server.addHook('onResponse', (request, reply, done) => {
    parts.onRequest(request.routeOptions.url ?? 'unknown', reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
  server.setErrorHandler((error: Error & { statusCode?: number }, _, reply) => {
    const status = error.statusCode ?? 500
    if (error instanceof ApiError) refuse(reply, error)
    else void reply.code(status).send(envelope(status < 500 ? 'bad_data' : 'internal', error.message))
  })
  server.setNotFoundHandler((request, reply) => {
    void reply.code(404).send(envelope('not_found', `there is nothing at ${request.url.split('?')[0]}`))
  })
}

/** Answers a request that is not let in. */
async function turnAway(request: FastifyRequest, reply: FastifyReply, error: unknown): Promise<void> {
  const { status, body } = errorAnswer(error)
  if (request.headers.upgrade !== undefined) {
    const { error: message } = JSON.parse(Buffer.from(body).toString('utf8')) as { error: string }
    return refuseUpgrade(request, reply, { status, message })
  }
  await reply.code(status).header('content-type', 'application/json').send(Buffer.from(body))
}

/** An upgrade has no reply of its own: the refusal is written to the socket. */
function refuseUpgrade(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, message }: Pick<Refusal, 'message'> & { readonly status: number },
): void {
  reply.hijack()
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n`
  request.raw.socket.end(`${head}Content-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`)
}

function envelope(errorType: string, error: string) {
  return { status: 'error', errorType, error }
}

const readPaths: readonly (readonly [string, ReadEndpoint, readonly ('GET' | 'POST')[]])[] = [
  ['/api/v1/query', 'query', ['GET', 'POST']],
  ['/api/v1/query_range', 'query_range', ['GET', 'POST']],
  ['/api/v1/query_explain', 'explain', ['GET', 'POST']],
  ['/api/v1/format_query', 'format_query', ['GET', 'POST']],
  ['/api/v1/parse_query', 'parse_query', ['GET', 'POST']],
  ['/api/v1/series', 'series', ['GET', 'POST']],
  ['/api/v1/labels', 'labels', ['GET', 'POST']],
  ['/api/v1/label/:name/values', 'label_values', ['GET']],
  ['/api/v1/metadata', 'metadata', ['GET']],
]

function readRoutes(server: FastifyInstance, parts: ServerParts): void {
  for (const [url, endpoint, method] of readPaths) {
    server.route({
      url,
      method: [...method],
      handler: async (request, reply) => {
        const { name } = request.params as { name?: string }
        const scope = scopeOf(request)
        const gzip = acceptsGzip(request.headers['accept-encoding'])
        const read: ReadRequest = { endpoint, params: paramsOf(request), label: name, scope, nowMs: Date.now(), gzip }
        const { status, body, encoding } = await parts.read(read, whenGone(reply))
        if (encoding !== undefined) reply.header('content-encoding', encoding)
        return reply
          .code(status)
          .header('content-type', 'application/json')
          .header('vary', 'accept-encoding')
          .send(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
      },
    })
  }
}

/** Raised when the client goes away before its answer was sent. */
function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  return gone.signal
}

function statusRoutes(server: FastifyInstance, parts: ServerParts): void {
  for (const [path, answer] of Object.entries(parts.status)) {
    server.get(`/api/v1/${path}`, async (request, reply) => {
      try {
        return { status: 'success', data: await answer(scopeOf(request), paramsOf(request)) }
      } catch (error) {
        return refuse(reply, error)
      }
    })
  }
  const healthy = { url: '/-/healthy', method: ['GET' as const, 'HEAD' as const] }
  server.route({ ...healthy, handler: (_, reply) => reply.type('text/plain').send('Binnacle is Healthy.\n') })
  server.route({
    url: '/-/ready',
    method: ['GET', 'HEAD'],
    handler: (_, reply) => {
      if (parts.isReady()) return reply.type('text/plain').send('Binnacle is Ready.\n')
      return reply.code(503).type('text/plain').send('Service Unavailable\n')
    },
  })
}

function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  const { status, body } = errorAnswer(error)
  return reply.code(status).header('content-type', 'application/json').send(Buffer.from(body))
}

function uiRoutes(server: FastifyInstance, parts: ServerParts): void {
  for (const [path, source] of Object.entries(parts.ui)) {
    server.get(`/api/ui/v1/${path}`, async (request, reply) => {
      try {
        return await wholeOf(source, scopeOf(request), paramsOf(request))
      } catch (error) {
        return refuse(reply, error)
      }
    })
  }
  server.get('/api/ui/v1/live', { websocket: true }, (socket, request) => liveStream(parts, socket, request))
}

/** How often it is looked at whether the reader of a stream may go on. */
const ADMIT_AGAIN_MS = 60_000
/** The stream's reader is no longer let in; they are let in to other things than before. */
const ENDED = 4401
const OTHER_SCOPE = 4403

function liveStream(parts: ServerParts, socket: WebSocket, request: FastifyRequest): void {
  const scope = scopeOf(request)
  const stream = new LiveStream({
    scope,
    read: (asked, signal) => parts.read(asked, signal),
    sources: sourcesFor(parts, scope),
    send: (message) => socket.send(message),
    now: Date.now,
  })
  const leave = parts.onStream((everything) => void stream.tick(everything))
  const again = setInterval(() => void admitAgain(parts, socket, request, scope), ADMIT_AGAIN_MS).unref()
  socket.on('message', (data: Buffer) => stream.receive(data.toString('utf8')))
  socket.on('close', () => {
    clearInterval(again)
    leave()
    stream.close()
  })
}

async function admitAgain(
  { admission }: ServerParts,
  socket: WebSocket,
  request: FastifyRequest,
  before: Scope,
): Promise<void> {
  try {
    if (scopeKey(await admission.scopeOf(request)) !== scopeKey(before)) socket.close(OTHER_SCOPE, 'other rights')
  } catch (error) {
    socket.close(ENDED, (error as Error).message.slice(0, 100))
  }
}

/** What a stream may not be told of says so, as its address does. */
function sourcesFor({ ui, admission }: ServerParts, scope: Scope): ServerParts['ui'] {
  const refused: Source = async () => refuseWithoutCluster(scope)
  const isOpen = (kind: string) => admission.needOf(`/api/ui/v1/${kind}`) !== 'cluster' || seesCluster(scope)
  return Object.fromEntries(Object.entries(ui).map(([kind, source]) => [kind, isOpen(kind) ? source : refused]))
}

function rawRoutes(server: FastifyInstance, parts: ServerParts): void {
  for (const [path, answer] of Object.entries(parts.raw)) {
    server.get(path, async (request, reply) => {
      const { contentType, body } = await answer({ accept: request.headers.accept ?? '', params: paramsOf(request) })
      return reply
        .header('content-type', contentType)
        .send(typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength))
    })
  }
}

/** Pages of the web application; every other path is not found. */
async function applicationRoutes(server: FastifyInstance, { application }: ServerParts): Promise<void> {
  await server.register(import('@fastify/static'), {
    root: application.assets,
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    serve: true,
    wildcard: true,
    decorateReply: false,
  })
  const page = (_: FastifyRequest, reply: FastifyReply) => {
    const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
    return reply
      .type('text/html; charset=utf-8')
      .headers({ 'content-security-policy': policy(nonce), 'cache-control': 'no-store' })
      .send(application.page(nonce))
  }
  server.get('/', page)
  server.get('/*', { config: { isPage: true } }, (request, reply) => {
    const path = request.url.split('?')[0]
    if (/^\/(api|-|assets)\//.test(path) || /^\/[^/]*\.[^/]*$/.test(path)) return reply.callNotFound()
    return page(request, reply)
  })
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** The values of a request's query and, when it has one, its form: in that order, as Go's Form has them. */
function paramsOf(request: FastifyRequest): Params {
  // Without a prototype: a parameter may be called constructor.
  const params = Object.create(null) as Record<string, string[]>
  const add = (search: URLSearchParams) => {
    for (const [name, value] of search) (params[name] ??= []).push(value)
  }
  if (typeof request.body === 'string') add(new URLSearchParams(request.body))
  const at = request.url.indexOf('?')
  if (at >= 0) add(new URLSearchParams(request.url.slice(at + 1)))
  return params
}
