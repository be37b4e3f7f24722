import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Labels } from '#lib/model'
import { openPrometheusData, type PrometheusData } from './data-folder.ts'
import { goldenOf, type GoldenSample, withoutHints } from './golden.suite.ts'

interface GoldenSeries {
  readonly labels: Record<string, string>
  readonly samples: readonly GoldenSample[]
}

let temp = ''
before(() => {
  temp = mkdtempSync(join(tmpdir(), 'prometheus-data-'))
  for (const name of ['none', 'snappy', 'zstd', 'starts']) {
    execFileSync('tar', ['-xzf', join(import.meta.dirname, `testdata/data-${name}.tar.gz`), '-C', temp])
  }
})
after(() => {
  rmSync(temp, { recursive: true })
})

/** All samples by the key of their series. */
async function readAll(data: PrometheusData): Promise<Map<string, GoldenSample[]>> {
  const found = new Map<string, GoldenSample[]>()
  for (const source of data.sources) {
    for await (const { labels, samples } of source.series()) {
      const list = found.get(labels.key) ?? []
      found.set(labels.key, [...list, ...withoutHints(goldenOf(samples))])
    }
    assert.equal(source.readBytes, source.size)
  }
  return found
}

for (const name of ['none', 'snappy', 'zstd', 'starts']) {
  for (const headSamples of [undefined, 4000]) {
    const how = headSamples === undefined ? 'at once' : 'in stretches'
    test(`data: a folder (${name}) of blocks, late samples, deletions and a log gives what Prometheus gives, its head ${how}`, async () => {
      const expected = JSON.parse(readFileSync(join(temp, name, 'expected.json'), 'utf8')) as GoldenSeries[]
      using data = await openPrometheusData(join(temp, name), { headSamples })
      const found = await readAll(data)
      assert.deepEqual(data.problems.list, [])
      assert.equal(data.sources.length > 3, headSamples !== undefined)
      for (const { labels, samples } of expected) {
        const { key } = Labels.from(labels)
        assert.deepEqual(found.get(key), withoutHints(samples), JSON.stringify(labels))
        found.delete(key)
      }
      assert.deepEqual([...found.keys()], [])
    })
  }
}

test('data: what a damaged chunk of the head held comes from the log', async () => {
  const folder = join(temp, 'none')
  const path = join(folder, 'chunks_head/000001')
  const bytes = readFileSync(path)
  using whole = await openPrometheusData(folder)
  const expected = await readAll(whole)
  // Inside the data of a chunk, so that its length stays right.
  for (const at of [60, 2000, 9000]) bytes[at] ^= 0xff
  writeFileSync(path, bytes)
  using data = await openPrometheusData(folder)
  const found = await readAll(data)
  assert.ok(data.problems.count > 0 && data.problems.count <= 3)
  assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort())
  const count = (all: Map<string, GoldenSample[]>) => [...all.values()].reduce((sum, list) => sum + list.length, 0)
  assert.ok(count(expected) - count(found) < 250, `${count(expected) - count(found)} samples lost`)
})

test('data: a block that others were made into is not read twice', async () => {
  const folder = join(temp, 'zstd')
  const blocks = readdirSync(folder).filter((name) => name.length === 26)
  const meta = JSON.parse(readFileSync(join(folder, blocks[1], 'meta.json'), 'utf8')) as { compaction: object }
  const compaction = { ...meta.compaction, parents: [{ ulid: blocks[0] }] }
  writeFileSync(join(folder, blocks[1], 'meta.json'), JSON.stringify({ ...meta, compaction }))
  using data = await openPrometheusData(folder)
  assert.deepEqual([...new Set(data.sources.flatMap((source) => source.blocks.map(({ ulid }) => ulid)))], [blocks[1]])
})

test('data: an abort ends the reading', async () => {
  const folder = join(temp, 'starts')
  const stop = new AbortController()
  using data = await openPrometheusData(folder, { signal: stop.signal })
  const first = data.sources[0].series(stop.signal)
  await first.next()
  stop.abort(new Error('enough'))
  await assert.rejects(openPrometheusData(folder, { signal: stop.signal }), /enough/)
  await assert.rejects(data.sources[0].series(stop.signal).next(), /enough/)
  await first.return(undefined)
})
