import { isIPv4 } from 'node:net'

/** Where to listen. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Reads `:9090`, `127.0.0.1:9090`, `[::1]:9090`, as Prometheus' --web.listen-address. */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(\[[^\]]+\]|[^:]*):(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (!match || port > 65535)
    throw new Error(`${JSON.stringify(text)} is not an address: write HOST:PORT, such as 127.0.0.1:9090 or :9090`)
  return { host: match[1].replace(/^\[|\]$/g, ''), port }
}

/** Whether only this machine reaches the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}
