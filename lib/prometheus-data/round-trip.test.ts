import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import * as fc from 'fast-check'
import { Labels } from '#lib/model'
import { addBits, samples, seriesList } from './arbitrary.suite.ts'
import { PrometheusBlockReader } from './block-reader.ts'
import { type SeriesToWrite, writePrometheusBlock } from './block-writer.ts'
import { cutChunks } from './cut-chunks.ts'
import { decodeChunk } from './decode-chunk.ts'
import { goldenOf, withoutHints } from './golden.suite.ts'
import { Problems } from './problems.ts'
import { decodeReference } from './reference.ts'
import { SampleColumns } from './sample-columns.ts'

const temp = mkdtempSync(join(tmpdir(), 'prometheus-data-'))
after(() => {
  rmSync(temp, { recursive: true })
})

test('chunks: every bit of any samples comes back, read fast and by the reference', () => {
  fc.assert(
    fc.property(samples, (columns) => {
      const fast = new SampleColumns()
      const clear = new SampleColumns()
      for (const { encoding, data } of cutChunks(columns)) {
        decodeChunk(encoding, data, 0, data.length, fast)
        decodeReference(encoding, data, clear)
      }
      const expected = withoutHints(goldenOf(columns))
      assert.deepEqual(withoutHints(goldenOf(fast)), expected)
      assert.deepEqual(goldenOf(clear), goldenOf(fast))
    }),
    { numRuns: 200 },
  )
})

function readBlock(folder: string): { series: unknown[]; problems: Problems } {
  const problems = new Problems()
  using reader = new PrometheusBlockReader(folder)
  const series = Array.from(reader.series(problems), ({ labels, samples: read }) => shown({ labels, samples: read }))
  return { series, problems }
}

function shown({ labels, samples: columns }: SeriesToWrite): unknown {
  return { labels: labels.pairs, samples: withoutHints(goldenOf(columns)) }
}

test('block: series that are written are read again, over several files of chunks', async () => {
  await fc.assert(
    fc.asyncProperty(seriesList, async (list) => {
      const written = await writePrometheusBlock(temp, list, { segmentBytes: 1000 })
      const { series, problems } = readBlock(written!.folder)
      assert.deepEqual(problems.list, [])
      assert.deepEqual(series, list.map(shown))
      assert.equal(
        written!.samples,
        list.reduce((sum, one) => sum + one.samples.count, 0),
      )
      rmSync(written!.folder, { recursive: true })
    }),
    { numRuns: 40 },
  )
})

test('block: a stretch of time is read without what lies outside', async () => {
  const columns = new SampleColumns()
  for (let i = 0; i < 500; i++) addBits(columns, i * 1000, BigInt(i), undefined)
  const written = await writePrometheusBlock(temp, [{ labels: Labels.from({ __name__: 'a' }), samples: columns }])
  using reader = new PrometheusBlockReader(written!.folder)
  const [series] = reader.series(new Problems(), 100_000, 300_000)
  assert.equal(series.samples.count, 200)
  assert.equal(series.samples.times[0], 100_000)
})

test('block: without samples there is none, and a failure leaves nothing', async () => {
  const before = readdirSync(temp)
  assert.equal(await writePrometheusBlock(temp, []), undefined)
  const failing = function* () {
    const columns = new SampleColumns()
    addBits(columns, 1, 1n, undefined)
    yield { labels: Labels.from({ __name__: 'a' }), samples: columns }
    throw new Error('the source failed')
  }
  await assert.rejects(writePrometheusBlock(temp, failing()), /the source failed/)
  const twice = [...failing().take(1), ...failing().take(1)]
  await assert.rejects(writePrometheusBlock(temp, twice), /out of order/)
  assert.deepEqual(readdirSync(temp), before)
})
