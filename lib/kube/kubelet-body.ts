import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect } from 'node:tls'
import type { Credential } from './credentials.ts'
import { sha256Of } from './kubelet-certificate.ts'

/** How a body is read with our own credential. */
export interface OwnBodyOptions {
  readonly credential: Credential
  /** The only certificate that is accepted, where no authority vouches for it: SHA-256 in hexadecimal digits. */
  readonly pinnedSha256?: string
  readonly limitBytes?: number
  readonly timeoutMs?: number
}

const ACCEPT = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.9,*/*;q=0.1'

/**
 * The body of a kubelet or of a part of the control plane, read as the user. No request is written before the peer's
 * certificate is known: the cluster's authority vouches for it, or it is the pinned one. To a peer that is only
 * pinned goes no header that proves who we are, for whoever gets one can use it: a client certificate proves it to one
 * connection alone.
 */
export async function readWithCredential(
  url: URL,
  options: OwnBodyOptions,
): Promise<{ body: Uint8Array; contentType: string }> {
  const { timeoutMs = 10_000, limitBytes = 64 << 20 } = options
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await headOf(url, options, signal)
    const body = await bodyOf(response, limitBytes)
    if (response.statusCode !== 200)
      throw new Error(`server returned HTTP status ${response.statusCode} ${response.statusMessage}`)
    return { body, contentType: response.headers['content-type'] ?? '' }
  } catch (error) {
    const why = signal.aborted ? `no answer within ${timeoutMs / 1000} s` : (error as Error).message
    throw new Error(`${url.host}: ${why}`, { cause: error })
  }
}

function headersFor({ credential, pinnedSha256 }: OwnBodyOptions): Record<string, string[]> {
  if (pinnedSha256 !== undefined) return {}
  return Object.fromEntries(Object.entries(credential.headers).map(([name, value]) => [name, [value].flat()]))
}

function headOf(url: URL, options: OwnBodyOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const headers = { accept: ACCEPT, ...headersFor(options) }
  const createConnection = (_: unknown, done: (error: Error | null, socket: Duplex) => void) =>
    connectTo(url, options, signal, done)
  httpsRequest(url, { headers, signal, createConnection }).once('error', reject).once('response', resolve).end()
  return promise
}

/** The connection is handed out only once its peer is known. */
function connectTo(
  url: URL,
  { credential, pinnedSha256 }: OwnBodyOptions,
  signal: AbortSignal,
  done: (error: Error | null, socket: Duplex) => void,
): undefined {
  const { ca, cert, key } = credential
  const socket = connect({
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: Number(url.port || 443),
    rejectUnauthorized: pinnedSha256 === undefined,
    ...(cert === '' ? {} : { cert, key }),
    ...(ca === '' ? {} : { ca }),
  })
  signal.addEventListener('abort', () => socket.destroy(), { once: true })
  socket.once('error', (error) => done(error, socket))
  socket.once('secureConnect', () => {
    const isKnown = pinnedSha256 === undefined ? socket.authorized : sha256Of(socket) === pinnedSha256
    if (isKnown) return done(null, socket)
    socket.destroy(new Error('it shows another certificate than the pinned one; nothing was sent to it'))
  })
  return undefined
}

async function bodyOf(response: IncomingMessage, limitBytes: number): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length
    if (length > limitBytes) throw new Error(`its answer is longer than ${limitBytes} bytes`)
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts, length))
}
