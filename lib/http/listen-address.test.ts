import assert from 'node:assert/strict'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { isLoopback, parseListenAddress } from './listen-address.ts'
import { portOwner } from './port-owner.ts'

test('listen-address: reads HOST:PORT as Prometheus does', () => {
  const cases: Record<string, object> = {
    ':9090': { host: '', port: 9090 },
    '0.0.0.0:0': { host: '0.0.0.0', port: 0 },
    'localhost:65535': { host: 'localhost', port: 65535 },
    '[::1]:9090': { host: '::1', port: 9090 },
  }
  for (const [text, expected] of Object.entries(cases)) assert.deepEqual(parseListenAddress(text), expected)
  for (const text of ['', '9090', 'localhost', 'localhost:', 'localhost:65536', '::1:9090', 'a:b', ':-1'])
    assert.throws(() => parseListenAddress(text), /is not an address: write HOST:PORT/, text)
})

test('listen-address: only an address of 127/8, ::1 and localhost are loopback', () => {
  for (const host of ['localhost', '::1', '127.0.0.1', '127.9.9.9']) assert.ok(isLoopback(host), host)
  for (const host of ['', '0.0.0.0', '::', '10.0.0.1', '127.evil.example']) assert.ok(!isLoopback(host), host)
})

test(
  'port-owner: names the program that listens on a port',
  { skip: !existsSync('/proc/net/tcp') && 'there is no /proc here' },
  async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    assert.match(portOwner(port) ?? '', new RegExp(`\\(pid ${process.pid}\\)$`))
    server.close()
    await once(server, 'close')
    assert.equal(portOwner(port), undefined)
  },
)
