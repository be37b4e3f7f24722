import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { decodeChunk, decodeFast } from './decode-chunk.ts'
import { goldenOf, type GoldenSample } from './golden.suite.ts'
import { decodeReference } from './reference.ts'
import { SampleColumns } from './sample-columns.ts'

interface GoldenChunk {
  readonly name: string
  readonly encoding: number
  readonly data: string
  readonly samples: readonly GoldenSample[]
}

const golden = JSON.parse(
  gunzipSync(readFileSync(join(import.meta.dirname, 'testdata/chunks.json.gz'))).toString(),
) as GoldenChunk[]

for (const { name, encoding, data, samples } of golden) {
  test(`chunk: ${name} is read as Prometheus reads it, fast and by the reference`, () => {
    const bytes = Buffer.from(data, 'base64')
    const expected = JSON.parse(JSON.stringify(samples)) as GoldenSample[]
    const columns = new SampleColumns()
    decodeChunk(encoding, bytes, 0, bytes.length, columns)
    assert.deepEqual(goldenOf(columns), expected)
    const byReference = new SampleColumns()
    decodeReference(encoding, bytes, byReference)
    assert.deepEqual(goldenOf(byReference), expected)
    const fast = new SampleColumns()
    if (!decodeFast(encoding, bytes, 0, bytes.length, fast)) assert.match(name, /wild|2\^53|extreme/)
  })
}
