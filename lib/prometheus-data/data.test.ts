import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
