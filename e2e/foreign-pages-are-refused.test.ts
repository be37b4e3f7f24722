import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { Program } from './support/program.ts'

/** A request with any headers: fetch would not send these. */
function send(url: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end()
  })
}

test('a foreign host name, and what a foreign page sends, are refused; programs are not', async () => {
  await using program = await Program.start()
  const { port } = new URL(program.url)
  const query = `${program.url}/api/v1/query?query=1`
  const socket = `${program.url}/api/ui/v1/live`
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  assert.equal(await send(query, {}), 200)
  assert.equal(await send(query, { host: `localhost:${port}` }), 200)
  assert.equal(await send(query, { host: 'rebound.example' }), 421)
  assert.equal(await send(query, { host: '[::1]:9090' }), 200)
  assert.equal(await send(query, { origin: 'http://evil.example' }, 'POST'), 403)
  assert.equal(await send(query, { cookie: 'a=b' }, 'POST'), 403)
  assert.equal(await send(query, { origin: program.url, 'content-length': '0' }, 'POST'), 200)
  assert.equal(await send(query, {}, 'POST'), 200)
  assert.equal(await send(socket, upgrade), 403)
  assert.equal(await send(socket, { ...upgrade, origin: 'http://evil.example' }), 403)
  assert.equal(await send(socket, { ...upgrade, origin: program.url }), 101)
})
