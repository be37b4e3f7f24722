import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptsGzip } from './accepts-gzip.ts'

test('gzip is used for who asks for it', () => {
  for (const header of ['gzip', 'deflate, gzip;q=0.5', 'GZIP', '*', 'br, *;q=0.1', 'x-gzip'])
    assert.equal(acceptsGzip(header), true, header)
  for (const header of [undefined, '', 'identity', 'gzip;q=0', 'gzip; q=0.0, *', 'br', 'deflate'])
    assert.equal(acceptsGzip(header), false, String(header))
})
