import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openLog } from '#lib/log'
import { SecureServer } from './secure-server.ts'
import { followCertificate } from './serving-certificate.ts'

const log = openLog({ level: 'error', format: 'json' })

async function opened(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'secure-'))
  const stop = new AbortController()
  t.after(() => {
    stop.abort()
    rmSync(folder, { recursive: true })
  })
  const options = { certFile: '', keyFile: '', selfSigned: true, hostNames: ['monitor.example'], folder }
  const pair = await followCertificate(options, log, stop.signal, () => undefined)
  const again = await followCertificate(options, log, stop.signal, () => undefined)
  assert.equal(again.cert, pair.cert, 'it is kept')
  assert.equal(statSync(join(folder, 'tls/own.key')).mode & 0o777, 0o600)
  const secure = new SecureServer(pair, (_, response) => response.end('secret'))
  await new Promise<void>((resolve) => secure.server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    secure.server.closeAllConnections()
    secure.server.close()
  })
  return { pair, port: (secure.server.address() as AddressInfo).port }
}

function answer(
  start: typeof plainRequest,
  options: object,
): Promise<{ status?: number; location?: string; body: string }> {
  return new Promise((resolve, reject) => {
    start(options, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode, location: response.headers.location, body }))
    })
      .on('error', reject)
      .end()
  })
}

test('secure server: HTTPS is served with a certificate that names the host', async (t) => {
  const { pair, port } = await opened(t)
  const ca = pair.cert.split(/(?=-----BEGIN)/)[1]
  const to = { host: '127.0.0.1', port, ca, servername: 'monitor.example' }
  assert.equal((await answer(request, to)).body, 'secret')
})

test('secure server: plain HTTP is led on to HTTPS, programs are refused in words', async (t) => {
  const { port } = await opened(t)
  const to = { host: '127.0.0.1', port, path: '/pods?x=1' }
  const page = await answer(plainRequest, { ...to, headers: { accept: 'text/html' } })
  assert.deepEqual([page.status, page.location], [308, `https://127.0.0.1:${port}/pods?x=1`])
  const program = await answer(plainRequest, { ...to, headers: { authorization: 'Bearer x' } })
  assert.equal(program.status, 400)
  assert.match(program.body, /this port speaks HTTPS/)
})
