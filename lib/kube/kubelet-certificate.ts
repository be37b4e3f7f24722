import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'

/** How a kubelet answered a TLS handshake. No request and no credential was sent. */
export type KubeletGreeting =
  | {
      readonly kind: 'certificate'
      /** Whether the cluster's CA vouches for it, under this address. */
      readonly isVerified: boolean
      /** Why not, in OpenSSL's words; '' when it is verified. */
      readonly why: string
      /** SHA-256 of the certificate, hex digits without colons, lower case. */
      readonly sha256: string
      readonly notAfterMs: number
    }
  | { readonly kind: 'unreachable'; readonly why: string }

/** Shakes hands with a kubelet and looks at its certificate; the connection is closed before anything is sent. */
export function greetKubelet(
  address: { readonly host: string; readonly port: number },
  ca: string | undefined,
  timeoutMs = 2000,
): Promise<KubeletGreeting> {
  const { promise, resolve } = Promise.withResolvers<KubeletGreeting>()
  const { host, port } = address
  const options: ConnectionOptions = { host, port, rejectUnauthorized: false, ...(ca === undefined ? {} : { ca }) }
  const socket = connect(options, () => {
    resolve({
      kind: 'certificate',
      isVerified: ca !== undefined && socket.authorized,
      why: socket.authorized ? '' : String(socket.authorizationError),
      sha256: sha256Of(socket),
      notAfterMs: Date.parse(socket.getPeerCertificate().valid_to),
    })
    socket.destroy()
  })
  const fail = (why: string) => {
    resolve({ kind: 'unreachable', why })
    socket.destroy()
  }
  // Of the whole handshake: a peer that sends a byte now and then would keep a timer of silence from ending.
  const timer = setTimeout(() => fail(`no answer within ${timeoutMs / 1000} s`), timeoutMs)
  socket.on('close', () => {
    clearTimeout(timer)
    fail('it closed the connection')
  })
  socket.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message))
  return promise
}

/** SHA-256 of the peer's certificate, hex digits without colons, lower case. */
export function sha256Of(socket: TLSSocket): string {
  return socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase()
}
