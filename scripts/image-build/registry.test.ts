import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { parseReference } from './reference.ts'
import { parseChallenge, Registry, type RegistryOptions } from './registry.ts'
import type { AddressInfo } from 'node:net'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** What a real registry rarely does on demand: failures, other hosts, odd sign-ins. e2e/install pushes to a real one. */
async function serve(t: TestContext, answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    request.resume()
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

function at(host: string, options: RegistryOptions = {}): Registry {
  return new Registry(parseReference(`${host}/a:1`), { firstWaitMs: 1, ...options })
}

test('registry: overload and lost connections are tried again, refusals are not', async (t) => {
  let asked = 0
  const host = await serve(t, (request, response) => {
    asked++
    if (asked === 1) request.socket.destroy()
    else response.writeHead(asked === 2 ? 503 : asked === 3 ? 429 : 200).end()
  })
  assert.equal(await at(host).hasBlob('sha256:0'), true)
  assert.equal(asked, 4)
})

test('registry: after five failures it says what was tried and what came of it', async (t) => {
  let asked = 0
  const host = await serve(t, (_, response) => {
    asked++
    response.writeHead(502).end('<html>no</html>')
  })
  const refused = at(host).putManifest('1', 'text/plain', Buffer.from('x'))
  await assert.rejects(refused, { message: `push to ${host}/a: PUT /v2/a/manifests/1: 502 <html>no</html>` })
  assert.equal(asked, 5)
})

test("registry: a refusal is told in the registry's own words, at once", async (t) => {
  let asked = 0
  const host = await serve(t, (_, response) => {
    asked++
    response.writeHead(403).end(JSON.stringify({ errors: [{ code: 'DENIED', message: 'not yours' }] }))
  })
  await assert.rejects(at(host).putManifest('1', 'text/plain', Buffer.from('x')), /403 DENIED: not yours$/)
  assert.equal(asked, 1)
})

test('registry: an upload that leads to another host does not take the password along', async (t) => {
  const seen: (string | undefined)[] = []
  const other = await serve(t, ({ headers, url }, response) => {
    seen.push(headers.authorization, url)
    response.writeHead(201).end()
  })
  const host = await serve(t, ({ headers }, response) => {
    if (headers.authorization === undefined) response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
    else response.writeHead(202, { location: `http://${other}/up?state=1` }).end()
  })
  const registry = at(host, { credentials: { user: 'me', password: 'secret' } })
  assert.equal(await registry.putBlob('sha256:0', Buffer.from('x')), 'uploaded')
  assert.deepEqual(seen, [undefined, '/up?state=1&digest=sha256%3A0'])
})

test('registry: without a password, with a wrong one and with an unknown way to sign in it says what to do', async (t) => {
  let challenge = 'Basic realm="x"'
  const host = await serve(t, (_, response) => {
    response.writeHead(401, { 'www-authenticate': challenge }).end()
  })
  const credentials = { user: 'me', password: 'wrong' }
  await assert.rejects(at(host).hasBlob('sha256:0'), /asks for a password: docker login/)
  await assert.rejects(at(host, { credentials }).hasBlob('sha256:0'), /refuses who we are: docker login/)
  challenge = 'Negotiate'
  await assert.rejects(at(host, { credentials }).hasBlob('sha256:0'), /asks for "Negotiate", which is not known here/)
})

test('registry: a challenge is read with quotes, without, and whatever it holds', () => {
  assert.deepEqual(parseChallenge('Bearer realm="https://a/t?x=1,2",service=b, scope="repository:a:pull,push"'), {
    realm: 'https://a/t?x=1,2',
    service: 'b',
    scope: 'repository:a:pull,push',
  })
  assert.deepEqual(parseChallenge('Basic realm="x"'), {})
  const piece = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('realm', '=', '"', ',', '\\', ' ', 'scope'))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      for (const value of Object.values(parseChallenge(`Bearer ${pieces.join('')}`)))
        assert.equal(typeof value, 'string')
    }),
    { numRuns: 1000 },
  )
})
