import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import type { CertificateOwner, SeenCertificate } from '#lib/kube'
import type { Duplex } from 'node:stream'
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'

/** Where a kubelet is read. */
export interface KubeletAt extends CertificateOwner {
  readonly path: string
}

/** Whom a kubelet must be. */
export interface KubeletTrust {
  /** The cluster's authority, PEM; '' for none. */
  readonly ca: () => string
  /** Why a certificate is not its kubelet's, in words; undefined where it is. */
  readonly refusal: (at: KubeletAt, seen: SeenCertificate) => string | undefined
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

  constructor(timeoutMs: number, trust: KubeletTrust) {
    this.#timeoutMs = timeoutMs
    // Sessions are not kept: a connection lasts, and each costs memory for every kubelet.
    this.#agent = new KnownPeers(trust)
  }

  /** The body of a kubelet's answer. Rejects with a KubeletReadError. */
  async read(at: KubeletAt, proof: KubeletProof, signal: AbortSignal): Promise<Uint8Array> {
    const late = AbortSignal.timeout(this.#timeoutMs)
    try {
      const response = await this.#head(at, proof, AbortSignal.any([late, signal]))
      const body = await bodyOf(response)
      if (response.statusCode !== 200) throw refusalStatus(response.statusCode ?? 0, body)
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

  #head(at: KubeletAt, proof: KubeletProof, signal: AbortSignal): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const headers: Record<string, string | string[]> = { accept: 'text/plain;version=0.0.4' }
    for (const [name, value] of Object.entries(proof.headers))
      headers[name] = typeof value === 'string' ? value : [...value]
    const identity = proof.cert === '' ? {} : { cert: proof.cert, key: proof.key }
    const { host, port, path } = at
    httpsRequest({ host, port, path, headers, signal, agent: this.#agent, ...identity, ...({ at } as object) })
      .once('error', reject)
      .once('response', resolve)
      .end()
    return promise
  }
}

interface PeerOptions {
  readonly cert?: string
  readonly key?: string
  readonly at?: KubeletAt
}

/** Connections are handed out once their peer is known. */
class KnownPeers extends Agent {
  readonly #trust: KubeletTrust
  #shared: { readonly material: string; readonly context: SecureContext } | undefined

  constructor(trust: KubeletTrust) {
    // Sessions are not kept: a connection lasts, and each session costs memory for every kubelet.
    super({ keepAlive: true, maxCachedSessions: 0, scheduling: 'lifo' })
    this.#trust = trust
  }

  override getName(options?: object): string {
    const { at, cert = '' } = (options ?? {}) as PeerOptions
    return at === undefined ? '' : `${at.uid} ${at.host}:${at.port} ${cert}`
  }

  override createConnection(options: object, callback?: (error: Error | null, stream: Duplex) => void): undefined {
    const { at, cert = '', key = '' } = options as PeerOptions
    if (at === undefined) return undefined
    const ca = this.#trust.ca()
    const socket = connect({
      host: at.host,
      port: at.port,
      rejectUnauthorized: false, // its certificate is judged below, before anything is sent
      secureContext: this.#context(ca, cert, key),
    })
    const failed = (error: Error) => callback?.(error, socket)
    socket.once('error', failed)
    socket.once('secureConnect', () => {
      const why = refusalOf(socket, at, ca, this.#trust)
      if (why === undefined) {
        socket.removeListener('error', failed)
        callback?.(null, socket)
      } else socket.destroy(new KubeletReadError('certificate', why))
    })
    return undefined
  }

  /** One for all connections: each would parse the certificates again, and hold them. */
  #context(ca: string, cert: string, key: string): SecureContext {
    const material = `${ca}\0${cert}\0${key}`
    if (this.#shared?.material !== material) {
      const identity = cert === '' ? {} : { cert, key }
      this.#shared = { material, context: createSecureContext({ ...(ca === '' ? {} : { ca }), ...identity }) }
    }
    return this.#shared.context
  }
}

function refusalOf(socket: TLSSocket, at: KubeletAt, ca: string, { refusal }: KubeletTrust): string | undefined {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return 'it shows no certificate'
  const sha256 = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
  const isVerified = ca !== '' && socket.authorized
  try {
    return refusal(at, { isVerified, sha256, notAfterMs: Date.parse(certificate.validTo) })
  } catch (error) {
    return (error as Error).message // pins that cannot be read now: nothing is trusted anew
  }
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

function refusalStatus(status: number, body: Uint8Array): KubeletReadError {
  const said = Buffer.from(body.subarray(0, 200)).toString('utf8').trim().split('\n')[0]
  if (status === 401) return new KubeletReadError('unauthorized', 'it does not accept our token (401)')
  if (status === 403)
    return new KubeletReadError('forbidden', 'it refuses us (403): the verb get on nodes/metrics is not granted')
  return new KubeletReadError('status', `it answers with status ${status}${said === '' ? '' : `: ${said}`}`)
}

function explained(error: unknown): KubeletReadError {
  if (error instanceof KubeletReadError) return error
  const { message } = error as Error
  return new KubeletReadError('unreachable', `it cannot be reached: ${message}`, { cause: error })
}
