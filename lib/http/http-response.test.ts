import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { BodyBuffer } from './body-buffer.ts'
import { HttpResponse } from './http-response.ts'

function read(bytes: Uint8Array, cuts: readonly number[], limit = 1000) {
  const body = new BodyBuffer()
  const response = new HttpResponse(body, limit)
  let at = 0
  for (const cut of [...cuts, bytes.length]) {
    if (cut > at) response.feed(bytes, at, cut)
    at = Math.max(at, cut)
  }
  if (!response.isDone && response.err === '') response.end()
  return { err: response.err, status: response.status, body: Buffer.from(body.seal()).toString('latin1') }
}

const whole = (text: string, limit?: number) => read(Buffer.from(text, 'latin1'), [], limit)

test('scrape: a response reads the same wherever it is cut', () => {
  const chunk = fc.string({ minLength: 1, maxLength: 30 }).map((s) => Buffer.from(s).toString('latin1'))
  const chunked = fc.tuple(fc.array(chunk), fc.boolean()).map(([parts, trailer]) => ({
    wire: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${parts.map((p) => `${p.length.toString(16)};x=y\r\n${p}\r\n`).join('')}0\r\n${trailer ? 'T: 1\r\n' : ''}\r\n`,
    body: parts.join(''),
  }))
  const sized = chunk.map((body) => ({
    wire: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\nContent-Length: ${body.length}\n\n${body}`,
    body,
  }))
  const open = chunk.map((body) => ({ wire: `HTTP/1.0 200 OK\r\nA: b\r\n\r\n${body}`, body }))
  fc.assert(
    fc.property(fc.oneof(chunked, sized, open), fc.array(fc.nat(200)), ({ wire, body }, cuts) => {
      const bytes = Buffer.from(wire, 'latin1')
      const inside = cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b)
      assert.deepEqual(read(bytes, inside), { err: '', status: 200, body })
      assert.deepEqual(read(bytes, Array.from(bytes.keys())), { err: '', status: 200, body })
    }),
    { numRuns: 300 },
  )
})

test('scrape: a response that breaks the protocol or a limit says so', () => {
  const ok = 'HTTP/1.1 200 OK\r\n'
  const cases: [string, RegExp][] = [
    ['garbage\r\n\r\n', /not HTTP\/1\.1/],
    [`${ok}Content-Length: 5\r\n\r\nab`, /ended in the middle of the body/],
    [`${ok}Content-Length: 1001\r\n\r\n`, /body exceeds body_size_limit of 1000 bytes/],
    [`${ok}Content-Length: 5, 6\r\n\r\nabcde`, /content length/],
    [`${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, /chunk size "zz"/],
    [`${ok}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n`, /a chunk is longer than its size/],
    [`${ok}Transfer-Encoding: chunked\r\n\r\n3e9\r\n${'x'.repeat(1001)}`, /body exceeds/],
    [`${ok}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(400)}`, /too long/],
    [`${ok}${'x: y\r\n'.repeat(20_000)}`, /the headers are longer than 64 KiB/],
    [`${ok}\r\n${'x'.repeat(1001)}`, /body exceeds/],
    ['', /ended before an answer/],
  ]
  for (const [wire, err] of cases) assert.match(whole(wire).err, err)
})

test('scrape: no bytes make a response throw', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          'HTTP/1.1 200 OK\r\n',
          'Transfer-Encoding: chunked\r\n',
          'Content-Length: 3\r\n',
          '\r\n',
          '\n',
          'a',
          '3',
          ':',
        ),
      ),
      (parts) => {
        whole(parts.join(''))
      },
    ),
    { numRuns: 1000 },
  )
})
