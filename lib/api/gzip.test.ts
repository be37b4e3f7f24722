import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { gzipped } from './gzip.ts'

test('gzip: what is cut into pieces is one member that any reader unpacks', async () => {
  for (const length of [0, 1, 1024, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 3_000_001]) {
    const body = Buffer.alloc(length)
    for (let i = 0; i < length; i++) body[i] = 48 + ((i * i) % 10)
    const packed = await gzipped(body)
    assert.ok(gunzipSync(packed).equals(body), `${length} bytes`)
    const web = new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')))
    assert.ok(Buffer.from(await web.arrayBuffer()).equals(body), `${length} bytes, as a browser unpacks them`)
  }
})
