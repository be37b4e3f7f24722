import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createServer, type TLSSocket } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { KubeletClient } from './kubelet-client.ts'
import { KubeletReadError } from './kubelet-read-error.ts'
import { Places } from './places.ts'

const pem = (name: string) => readFileSync(join(import.meta.dirname, '../kube/testdata', `${name}.pem`), 'utf8')
const proof = { headers: { authorization: 'Bearer secret' }, cert: '', key: '' }

type Answer = (socket: TLSSocket, request: string, number: number) => void

/** A peer that speaks TLS and then whatever it likes; what it was sent is remembered. */
async function peer(t: TestContext, answer: Answer, greet: (socket: TLSSocket) => void = () => undefined) {
  const requests: string[] = []
  const sockets = new Set<TLSSocket>()
  const server = createServer({ cert: pem('server'), key: pem('server-key') }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes) => {
      requests.push(bytes.toString('latin1'))
      answer(socket, bytes.toString('latin1'), requests.length)
    })
    greet(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const at = { node: 'n1', uid: 'u1', host: '127.0.0.1', port: (server.address() as AddressInfo).port, path: '/m' }
  return { at, requests, sockets }
}

function client(t: TestContext, timeoutMs = 2000, ca = () => pem('ca')): KubeletClient {
  const it = new KubeletClient(timeoutMs, { ca, refusal: () => undefined })
  t.after(() => it[Symbol.dispose]())
  return it
}

const text = (body: Uint8Array) => Buffer.from(body).toString('latin1')
const say = (body: string | Buffer, head = '') =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\n${head}Content-Length: ${body.length}\r\n\r\n`),
    typeof body === 'string' ? Buffer.from(body) : body,
  ])

test('kubelet client: a request has the path, the place and the proof, and the next one takes the same connection', async (t) => {
  const { at, requests, sockets } = await peer(t, (socket, _, number) => socket.write(say(`body ${number}`)))
  const reader = client(t)
  assert.equal(await reader.read(at, proof, text), 'body 1')
  assert.equal(await reader.read(at, proof, text), 'body 2')
  assert.equal(sockets.size, 1)
  assert.equal(
    requests[1],
    `GET /m HTTP/1.1\r\nHost: 127.0.0.1:${at.port}\r\nAccept: text/plain;version=0.0.4\r\nauthorization: Bearer secret\r\n\r\n`,
  )
})

test('kubelet client: a kept connection that its kubelet has closed is made anew', async (t) => {
  const { at, sockets } = await peer(t, (socket, _, number) => {
    if (number === 2) socket.destroy()
    else socket.write(say(`body ${number}`))
  })
  const reader = client(t)
  assert.equal(await reader.read(at, proof, text), 'body 1')
  assert.equal(await reader.read(at, proof, text), 'body 3')
  assert.equal(sockets.size, 2)
})

test('kubelet client: another authority needs another connection', async (t) => {
  const { at, sockets } = await peer(t, (socket) => socket.write(say('body')))
  let ca = pem('ca')
  const reader = client(t, 2000, () => ca)
  await reader.read(at, proof, text)
  ca = pem('other-ca')
  await reader.read(at, proof, text)
  assert.equal(sockets.size, 2)
})

test('kubelet client: an answer may come in pieces, in chunks and packed', async (t) => {
  const packed = gzipSync('a body')
  const answers = [
    Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na \r\n4\r\nbody\r\n0\r\n\r\n'),
    say(packed, 'Content-Encoding: gzip\r\n'),
    Buffer.from('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\na body'),
  ]
  const { at } = await peer(t, async (socket, _, number) => {
    for (const byte of answers[number - 1]) {
      socket.write(Buffer.of(byte))
      await new Promise(setImmediate)
    }
    if (number === 3) socket.end()
  })
  const reader = client(t)
  for (const _ of answers) assert.equal(await reader.read(at, proof, text), 'a body')
})

const hostile: readonly [what: string, answer: Answer, code: string, words: RegExp][] = [
  ['no HTTP', (socket) => socket.write('220 mail.example ESMTP\r\n\r\n'), 'body', /not HTTP/],
  [
    'half a body',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
    'body',
    /middle of the body/,
  ],
  ['nothing', (socket) => socket.end(), 'unreachable', /ended before an answer/],
  ['silence', () => undefined, 'timeout', /^no answer within 0\.3 s$/],
  ['a byte now and then', (socket) => void drip(socket), 'timeout', /^no answer within 0\.3 s$/],
  [
    'endless headers',
    (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`),
    'body',
    /headers are longer/,
  ],
  [
    'a length beyond all',
    (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n'),
    'body',
    /longer than 16777216 bytes/,
  ],
  ['a strange packing', (socket) => socket.write(say('x', 'Content-Encoding: br\r\n')), 'body', /packed as "br"/],
  ['a broken packing', (socket) => socket.write(say('x', 'Content-Encoding: gzip\r\n')), 'body', /cannot be unpacked/],
  [
    'a small body that is large unpacked',
    (socket) => socket.write(say(gzipSync(Buffer.alloc(17 << 20)), 'Content-Encoding: gzip\r\n')),
    'body',
    /cannot be unpacked/,
  ],
  [
    'another place',
    (socket) => socket.write('HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'),
    'status',
    /status 302$/,
  ],
]

async function drip(socket: TLSSocket): Promise<void> {
  for (const byte of 'HTTP/1.1 200 OK') {
    socket.write(byte)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

for (const [what, answer, code, words] of hostile)
  test(`kubelet client: ${what} is told in words`, async (t) => {
    const { at } = await peer(t, answer)
    const isTold = (error: unknown) =>
      error instanceof KubeletReadError && error.code === code && words.test(error.message)
    await assert.rejects(client(t, 300).read(at, proof, text), isTold)
  })

test('kubelet client: bytes that nobody asked for are not taken for the next answer', async (t) => {
  const { at, sockets } = await peer(t, (socket, _, number) => {
    socket.write(Buffer.concat([say(`body ${number}`), say('of somebody else')]))
  })
  const reader = client(t)
  assert.equal(await reader.read(at, proof, text), 'body 1')
  assert.equal(await reader.read(at, proof, text), 'body 2')
  assert.equal(sockets.size, 2)
})

test('kubelet client: no annotation and no token puts more into a request', async (t) => {
  const { at, requests } = await peer(t, (socket) => socket.write(say('body')))
  const reader = client(t)
  for (const path of ['/m HTTP/1.1\r\nX: y', '/m\nX: y', '/m y'])
    await assert.rejects(reader.read({ ...at, path }, proof, text), /no request can have the path/)
  const split = { ...proof, headers: { authorization: 'Bearer a\r\nX: y' } }
  await assert.rejects(reader.read(at, split, text), /what would prove to it who asks/)
  assert.deepEqual(requests, [])
})

test('kubelet client: a node that is gone ends what is under way', async (t) => {
  const { at } = await peer(t, () => reader.forget('n1'))
  const reader = client(t)
  await assert.rejects(reader.read(at, proof, text), /no longer read/)
})

test('places: what hangs gives its place to others, and waits beside them', async () => {
  const places = new Places(2, 20)
  const hangs = Promise.withResolvers<string>()
  const begun: string[] = []
  const works: Promise<string>[] = []
  for (const name of ['hangs', 'hangs too', 'quick']) {
    await places.take()
    begun.push(name)
    works.push(places.begin(() => (name === 'quick' ? Promise.resolve(name) : hangs.promise)))
  }
  assert.deepEqual(begun, ['hangs', 'hangs too', 'quick'])
  assert.equal(await works[2], 'quick')
  hangs.resolve('late')
  assert.deepEqual(await Promise.all(works), ['late', 'late', 'quick'])
})

test('places: no more at once than there are', async () => {
  const places = new Places(3, 60_000)
  let now = 0
  let most = 0
  const works: Promise<void>[] = []
  for (let i = 0; i < 20; i++) {
    await places.take()
    const work = async () => {
      most = Math.max(most, ++now)
      await new Promise(setImmediate)
      now--
    }
    works.push(places.begin(work))
  }
  await Promise.all(works)
  assert.equal(most, 3)
})
