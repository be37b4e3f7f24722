import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect, type TLSSocket } from 'node:tls'

/** How a kubelet's certificate is known to be its own. */
export type KubeletTrust =
  /** The authority, PEM, vouches for it. */
  | { readonly by: 'authority'; readonly ca: string }
  /** It is this very one: SHA-256, hexadecimal digits. */
  | { readonly by: 'pin'; readonly sha256: string }
  /** Nobody looks. */
  | { readonly by: 'nothing' }

/** Where a kubelet is read. */
export interface KubeletAt {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly trust: KubeletTrust
}

/** What proves who asks: headers, and perhaps a client certificate. */
export interface KubeletProof {
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly cert: string
  readonly key: string
}

/** Why a kubelet gave no body: an id for metrics, and words. */
export class KubeletReadError extends Error {
  override readonly name = 'KubeletReadError'
  readonly code: KubeletFailure

  constructor(code: KubeletFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

export type KubeletFailure =
  | 'unreachable'
  | 'timeout'
  | 'certificate'
  | 'unauthorized'
  | 'forbidden'
  | 'status'
  | 'body'

const MAX_BODY_BYTES = 16 << 20

/**
 * Reads kubelets over connections that are kept. No request is written before the peer's certificate is known, so that
 * no stranger is shown a token.
 */
export class KubeletClient implements Disposable {
  readonly #agent: Agent
  readonly #timeoutMs: number

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
    // Sessions are not kept: a connection lasts, and each costs memory for every kubelet.
    this.#agent = new KnownPeers({ keepAlive: true, maxCachedSessions: 0, scheduling: 'lifo' })
  }

  /** The body of a kubelet's answer. Rejects with a KubeletReadError. */
  async read(at: KubeletAt, proof: KubeletProof, signal: AbortSignal): Promise<Uint8Array> {
    const late = AbortSignal.timeout(this.#timeoutMs)
    try {
      const response = await this.#head(at, proof, AbortSignal.any([late, signal]))
      const body = await bodyOf(response)
      if (response.statusCode !== 200) throw refusal(response.statusCode ?? 0, body)
      return body
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw late.aborted
        ? new KubeletReadError('timeout', `no answer within ${this.#timeoutMs / 1000} s`)
        : explained(error)
    }
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  #head({ host, port, path, trust }: KubeletAt, proof: KubeletProof, signal: AbortSignal): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const headers: Record<string, string | string[]> = { accept: 'text/plain;version=0.0.4' }
    for (const [name, value] of Object.entries(proof.headers))
      headers[name] = typeof value === 'string' ? value : [...value]
    const identity = proof.cert === '' ? {} : { cert: proof.cert, key: proof.key }
    const peer = { trust, ...identity } as object
    httpsRequest({ host, port, path, headers, signal, agent: this.#agent, ...peer })
      .once('error', reject)
      .once('response', resolve)
      .end()
    return promise
  }
}

interface PeerOptions {
  readonly host?: string
  readonly port?: number
  readonly cert?: string
  readonly key?: string
  readonly trust?: KubeletTrust
}

/** Connections are handed out once their peer is known, and shared only among requests that know it in the same way. */
class KnownPeers extends Agent {
  override getName(options?: PeerOptions): string {
    const { host, port, cert = '', trust } = options ?? {}
    const known = trust?.by === 'pin' ? trust.sha256 : trust?.by === 'authority' ? trust.ca : ''
    return `${host}:${port}:${trust?.by}:${known}:${cert}`
  }

  override createConnection(options: unknown, callback?: (error: Error | null, stream: Duplex) => void): undefined {
    const { host, port, cert, key, trust = { by: 'nothing' } } = options as PeerOptions
    const socket = connect({
      host,
      port,
      rejectUnauthorized: trust.by === 'authority',
      ...(trust.by === 'authority' ? { ca: trust.ca } : {}),
      ...(cert === undefined ? {} : { cert, key }),
    })
    const failed = (error: Error) => callback?.(error, socket)
    socket.once('error', failed)
    socket.once('secureConnect', () => {
      if (isKnown(socket, trust)) {
        socket.removeListener('error', failed)
        callback?.(null, socket)
      } else socket.destroy(new KubeletReadError('certificate', 'it shows another certificate than the pinned one'))
    })
    return undefined
  }
}

function isKnown(socket: TLSSocket, trust: KubeletTrust): boolean {
  if (trust.by !== 'pin') return trust.by === 'nothing' || socket.authorized
  return socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase() === trust.sha256
}

async function bodyOf(response: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length
    if (length > MAX_BODY_BYTES) throw new KubeletReadError('body', `its answer is longer than ${MAX_BODY_BYTES} bytes`)
    parts.push(part)
  }
  return parts.length === 1 ? parts[0] : Buffer.concat(parts, length)
}

function refusal(status: number, body: Uint8Array): KubeletReadError {
  const said = Buffer.from(body.subarray(0, 200)).toString('utf8').trim().split('\n')[0]
  if (status === 401) return new KubeletReadError('unauthorized', 'it does not accept our token (401)')
  if (status === 403)
    return new KubeletReadError('forbidden', 'it refuses us (403): the verb get on nodes/metrics is not granted')
  return new KubeletReadError('status', `it answers with status ${status}${said === '' ? '' : `: ${said}`}`)
}

function explained(error: unknown): KubeletReadError {
  if (error instanceof KubeletReadError) return error
  const { code = '', message } = error as NodeJS.ErrnoException
  const isCertificate = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(code)
  if (isCertificate)
    return new KubeletReadError('certificate', `its certificate is not trusted: ${message}`, { cause: error })
  return new KubeletReadError('unreachable', `it cannot be reached: ${message}`, { cause: error })
}
