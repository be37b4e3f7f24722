import type * as http from 'node:http'
import { connect, isIP, type NetConnectOpts, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

type Connector = http.Agent['createConnection']

const METHODS = { none: 0, password: 2 } as const
const failures = [
  '',
  'general failure',
  'not allowed',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'TTL expired',
]

/** Makes an agent's connections through a SOCKS5 proxy (RFC 1928, 1929); the proxy resolves the names. */
export function socksConnector(proxy: URL, isTls: boolean): Connector {
  return (options, callback) => {
    void connectThrough(proxy, options as Target, isTls, callback ?? (() => undefined))
    return undefined
  }
}

type Target = ConnectionOptions & { readonly host?: string | null }
type Callback = NonNullable<Parameters<Connector>[1]>

async function connectThrough(proxy: URL, target: Target, isTls: boolean, callback: Callback): Promise<void> {
  let socket: Socket
  try {
    socket = await tunnel(proxy, target.host ?? 'localhost', Number(target.port))
  } catch (error) {
    callback(error as Error, undefined as never)
    return
  }
  callback(null, isTls ? connectTls({ ...target, host: target.host ?? undefined, socket }) : socket)
}

async function tunnel(proxy: URL, host: string, port: number): Promise<Socket> {
  const socket = connect({
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: Number(proxy.port || 1080),
  } as NetConnectOpts)
  try {
    const read = reader(socket)
    await greet(socket, read, proxy)
    const name = Buffer.from(host)
    const address =
      isIP(host) === 4 ? Buffer.from([1, ...host.split('.').map(Number)]) : Buffer.from([3, name.length, ...name])
    socket.write(Buffer.concat([Buffer.from([5, 1, 0]), address, Buffer.from([port >> 8, port & 255])]))
    const [, status, , kind] = await read(4)
    if (status !== 0) throw new Error(`the SOCKS proxy ${proxy.host} refused: ${failures[status] ?? `code ${status}`}`)
    await read(kind === 1 ? 6 : kind === 4 ? 18 : (await read(1))[0] + 2)
    socket.removeAllListeners()
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function greet(socket: Socket, read: (bytes: number) => Promise<Buffer>, proxy: URL): Promise<void> {
  const hasUser = proxy.username !== ''
  socket.write(Buffer.from(hasUser ? [5, 2, METHODS.none, METHODS.password] : [5, 1, METHODS.none]))
  const [, method] = await read(2)
  if (method === METHODS.none) return
  if (method !== METHODS.password || !hasUser) throw new Error(`the SOCKS proxy ${proxy.host} wants another login`)
  const user = Buffer.from(decodeURIComponent(proxy.username))
  const password = Buffer.from(decodeURIComponent(proxy.password))
  socket.write(Buffer.from([1, user.length, ...user, password.length, ...password]))
  const [, status] = await read(2)
  if (status !== 0) throw new Error(`the SOCKS proxy ${proxy.host} refused user and password of proxy-url`)
}

/** Reads exactly so many bytes; what comes after stays in the socket. */
function reader(socket: Socket): (bytes: number) => Promise<Buffer> {
  return (bytes) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const part = socket.read(bytes) as Buffer | null
        if (part === null) return
        socket.off('readable', look).off('error', reject).off('close', ended)
        resolve(part)
      }
      const ended = () => reject(new Error('the SOCKS proxy closed the connection'))
      socket.on('readable', look).once('error', reject).once('close', ended)
      look()
    })
}
