import { createSecureContext, type TLSSocket } from 'node:tls'
import { gunzipSync } from 'node:zlib'
import { BodyBufferPool } from '#lib/http'
import { type CertificateOwner, placeOf, type SeenCertificate } from '#lib/kube'
import { type KubeletAnswer, KubeletConnection, type Verification } from './kubelet-connection.ts'
import { KubeletReadError } from './kubelet-read-error.ts'

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

const MAX_UNPACKED_BYTES = 16 << 20
/** Buffers that wait for the next answers. */
const BUFFERS = 16
/** What may stand in the head of a request. */
const PLAIN = /^[\x20-\x7e]*$/

/**
 * Reads kubelets over connections that are kept. No request is written before the peer's certificate is known, so that
 * no stranger is shown a token.
 */
export class KubeletClient implements Disposable {
  readonly #timeoutMs: number
  readonly #trust: KubeletTrust
  readonly #buffers = new BodyBufferPool(BUFFERS)
  /** By node. */
  readonly #connections = new Map<string, { readonly uid: string; readonly connection: KubeletConnection }>()
  #verification: { readonly material: string; readonly it: Verification } | undefined

  constructor(timeoutMs: number, trust: KubeletTrust) {
    this.#timeoutMs = timeoutMs
    this.#trust = trust
  }

  /**
   * Hands the body of a kubelet's answer to `take`, whose it is until that returns. Rejects with a KubeletReadError, or
   * with what `take` throws.
   */
  async read<T>(at: KubeletAt, proof: KubeletProof, take: (body: Uint8Array) => T): Promise<T> {
    const taken = ({ status, encoding, body }: KubeletAnswer) => {
      if (status !== 200) throw refusalStatus(status, body)
      return take(unpacked(encoding, body))
    }
    return this.#connection(at).read(requestOf(at, proof), this.#verified(proof), this.#timeoutMs, taken)
  }

  /** The node is gone. */
  forget(node: string): void {
    this.#connections.get(node)?.connection.stop(stopped())
    this.#connections.delete(node)
  }

  /** Closes all connections; what is under way is rejected. */
  [Symbol.dispose](): void {
    for (const { connection } of this.#connections.values()) connection.stop(stopped())
    this.#connections.clear()
  }

  #connection(at: KubeletAt): KubeletConnection {
    const known = this.#connections.get(at.node)
    if (known?.uid === at.uid && known.connection.host === at.host && known.connection.port === at.port)
      return known.connection
    known?.connection.close()
    const refusal = (socket: TLSSocket, hasAuthority: boolean) => refusalOf(socket, at, hasAuthority, this.#trust)
    const connection = new KubeletConnection(at, this.#buffers, refusal)
    this.#connections.set(at.node, { uid: at.uid, connection })
    return connection
  }

  /** One context for all connections: each would parse the certificates again, and hold them. */
  #verified({ cert, key }: KubeletProof): Verification {
    const ca = this.#trust.ca()
    const material = `${ca}\0${cert}\0${key}`
    if (this.#verification?.material !== material) {
      const identity = cert === '' ? {} : { cert, key }
      const context = createSecureContext({ ...(ca === '' ? {} : { ca }), ...identity })
      this.#verification = { material, it: { context, hasAuthority: ca !== '' } }
    }
    return this.#verification.it
  }
}

function stopped(): KubeletReadError {
  return new KubeletReadError('unreachable', 'it is no longer read')
}

function requestOf({ host, port, path }: KubeletAt, { headers }: KubeletProof): string {
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${placeOf({ host, port })}`, 'Accept: text/plain;version=0.0.4']
  for (const [name, values] of Object.entries(headers))
    for (const value of [values].flat()) lines.push(`${name}: ${value}`)
  if (!PLAIN.test(path) || path.includes(' '))
    throw new KubeletReadError('unreachable', `no request can have the path ${JSON.stringify(path)}`)
  if (!lines.every((line) => PLAIN.test(line)))
    throw new KubeletReadError('unreachable', 'no request can have its address, or what would prove to it who asks')
  return `${lines.join('\r\n')}\r\n\r\n`
}

function refusalOf(
  socket: TLSSocket,
  at: KubeletAt,
  hasAuthority: boolean,
  { refusal }: KubeletTrust,
): string | undefined {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return 'it shows no certificate'
  const sha256 = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
  const isVerified = hasAuthority && socket.authorized
  try {
    return refusal(at, { isVerified, sha256, notAfterMs: Date.parse(certificate.validTo) })
  } catch (error) {
    return (error as Error).message // pins that cannot be read now: nothing is trusted anew
  }
}

function refusalStatus(status: number, body: Uint8Array): KubeletReadError {
  const said = Buffer.from(body.subarray(0, 200))
    .toString('utf8')
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .trim()
  if (status === 401) return new KubeletReadError('unauthorized', 'it does not accept our token (401)')
  if (status === 403)
    return new KubeletReadError('forbidden', 'it refuses us (403): the verb get on nodes/metrics is not granted')
  return new KubeletReadError('status', `it answers with status ${status}${said === '' ? '' : `: ${said}`}`)
}

/** Packed answers are not asked for: inside a cluster to unpack costs more than to carry. */
function unpacked(encoding: string, body: Uint8Array<ArrayBuffer>): Uint8Array {
  if (encoding === '' || encoding === 'identity') return body
  if (encoding !== 'gzip') throw new KubeletReadError('body', `its answer is packed as ${JSON.stringify(encoding)}`)
  try {
    return gunzipSync(body, { maxOutputLength: MAX_UNPACKED_BYTES })
  } catch (error) {
    throw new KubeletReadError('body', `its answer cannot be unpacked: ${(error as Error).message}`, { cause: error })
  }
}
