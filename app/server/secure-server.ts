import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http'
import { createServer, type Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { CertificatePair } from '#lib/certificates'

const TLS_HANDSHAKE = 0x16
/** Whoever connects and says nothing is let go. */
const SILENT_MS = 30_000

/**
 * An HTTPS server that tells whoever speaks plain HTTP to its port where to go. The first byte tells them apart: 0x16 begins
 * a TLS handshake, anything else is a letter.
 */
export class SecureServer {
  readonly server: TlsServer
  readonly #plain: Server

  constructor(pair: CertificatePair, listener: RequestListener) {
    this.server = createServer({ ...pair, minVersion: 'TLSv1.2' }, listener)
    this.#plain = createPlainServer(elsewhere)
    const handshakes = this.server.listeners('connection') as ((socket: Socket) => void)[]
    this.server.removeAllListeners('connection')
    this.server.on('connection', (socket: Socket) => this.#sort(socket, handshakes))
  }

  setCertificate(pair: CertificatePair): void {
    this.server.setSecureContext({ ...pair, minVersion: 'TLSv1.2' })
  }

  #sort(socket: Socket, handshakes: readonly ((socket: Socket) => void)[]): void {
    const gone = () => socket.destroy()
    socket.once('error', gone)
    socket.setTimeout(SILENT_MS, gone)
    socket.once('readable', () => {
      const first = socket.read(1) as Buffer | null
      if (first === null) return
      socket.removeListener('error', gone)
      socket.setTimeout(0)
      socket.unshift(first)
      if (first[0] === TLS_HANDSHAKE) for (const handshake of handshakes) handshake.call(this.server, socket)
      else this.#plain.emit('connection', socket)
    })
  }
}

/** Pages are led on; for programs a clear refusal is better, as they would send their token again in plain sight. */
const elsewhere: RequestListener = (request, response) => {
  const { host = '', accept = '' } = request.headers
  const { url = '/', method } = request
  const isPage = method === 'GET' && accept.includes('text/html') && /^[\w.:[\]-]+$/.test(host)
  const headers = { 'content-type': 'application/json', connection: 'close' }
  const error = `this port speaks HTTPS: ask https://${host}${url.split('?')[0]}`
  if (isPage) response.writeHead(308, { location: `https://${host}${url}`, connection: 'close' }).end()
  else response.writeHead(400, headers).end(`${JSON.stringify({ status: 'error', errorType: 'bad_data', error })}\n`)
}
