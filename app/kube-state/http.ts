/**
 * Two small servers of a handful of paths. node:http alone: fastify would double the memory that this role needs, and
 * answers of a hundred megabytes are written part by part as the reader takes them.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TlsOptions } from 'node:tls'

/** Answers one path. */
export type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void

/** How a server of this role listens. */
export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly tls: TlsOptions | undefined
  readonly readTimeoutMs: number
  readonly writeTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly headerTimeoutMs: number
  /** Why a request is refused, or undefined. */
  readonly refusal: (host: string | undefined, method: string) => string | undefined
  readonly onError: (error: unknown, path: string) => void
}

/** A server that listens; disposing of it ends its connections. */
export interface Listening extends AsyncDisposable {
  readonly port: number
  /** Speaks TLS so from the next connection on. */
  renew(options: TlsOptions): void
}

export async function listen(routes: ReadonlyMap<string, Route>, options: ListenOptions): Promise<Listening> {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    answer(routes, options, request, response).catch((error: unknown) => {
      options.onError(error, request.url ?? '')
      if (response.headersSent) response.destroy()
      else plain(response, 500, 'Internal Server Error')
    })
  }
  const server = options.tls ? createTlsServer(options.tls, handle) : createServer(handle)
  server.requestTimeout = options.readTimeoutMs
  server.headersTimeout = options.headerTimeoutMs
  server.keepAliveTimeout = options.idleTimeoutMs
  server.timeout = Math.max(options.writeTimeoutMs, options.idleTimeoutMs)
  await bind(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    renew: (options) => {
      if (server instanceof TlsServer) server.setSecureContext(options)
    },
    [Symbol.asyncDispose]: () => stop(server),
  }
}

async function answer(
  routes: ReadonlyMap<string, Route>,
  { refusal }: ListenOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET' } = request
  const refused = refusal(request.headers.host, method)
  if (refused !== undefined) return plain(response, 421, refused)
  if (method !== 'GET' && method !== 'HEAD') return plain(response, 405, 'Method Not Allowed')
  const url = URL.parse(request.url ?? '/', 'http://localhost')
  const route = url === null ? undefined : routes.get(url.pathname)
  if (url === null || route === undefined) return plain(response, 404, 'not found')
  await route(request, response, url)
}

export function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}

/** All addresses are both kinds of IP where the machine has both. */
async function bind(server: Server, { host, port }: ListenOptions): Promise<void> {
  try {
    await bindTo(server, host === '' ? '::' : host, port)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAFNOSUPPORT' || (host !== '::' && host !== '')) throw error
    await bindTo(server, '0.0.0.0', port)
  }
}

function bindTo(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
