import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { compareLabels, Labels, newMatcher, type Matcher, type MatchOp } from '#lib/model'
import { PageCache } from './block-cache.ts'
import { BlockError } from './block-error.ts'
import { newUlid } from '#lib/codec'
import { makePage, readPage } from './block-page.ts'
import { BlockReader } from './block-reader.ts'
import { type BlockSeries, writeBlock } from './block-writer.ts'
import { SampleColumns } from './sample-columns.ts'

const START = 1_790_000_000_000
const ULID = newUlid(START, new Uint8Array(10))

function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'block-'))
  t.after(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** Counters, gauges with two decimals and constants; some series begin late and some have a label more. */
function makeSeries(n: number, samples: number): BlockSeries[] {
  const made: BlockSeries[] = []
  for (let s = 0; s < n; s++) {
    const count = s % 7 === 3 ? samples >> 1 : samples
    const times = Float64Array.from({ length: count }, (_, i) => START + 15_000 * (samples - count + i))
    const values = Float64Array.from({ length: count }, (_, i) =>
      s % 3 === 0 ? s + 100 * i + ((i * 31 + s * 17) % 23) : s % 3 === 1 ? ((i * 37 + s) % 400) / 100 : s,
    )
    const labels = Labels.from({ __name__: `metric_${s % 5}`, pod: `pod-${s}`, zone: s % 2 === 0 ? 'a' : '' })
    made.push({ labels, count, times, values })
  }
  return made.sort((a, b) => compareLabels(a.labels, b.labels))
}

function makeBlock(folder: string, series: BlockSeries[]): string {
  const maxTimeMs = START + 7_200_000
  return join(folder, writeBlock(folder, { minTimeMs: START, maxTimeMs, series, ulid: ULID }).ulid)
}

function samplesOf(reader: BlockReader, id: number, startMs: number, endMs: number): [number, number][] {
  const columns = new SampleColumns()
  reader.read(id, startMs, endMs, columns)
  columns.endSeries()
  return Array.from({ length: columns.count }, (_, i) => [columns.times[i], columns.values[i]])
}

test('block: gives back all series, labels and samples, in any range', (t) => {
  const series = makeSeries(60, 500)
  using reader = BlockReader.open(makeBlock(tempFolder(t), series))
  assert.equal(reader.meta.series, 60)
  for (const [from, to] of [
    [0, 500],
    [100, 101],
    [239, 261],
    [490, 900],
    [-9, -1],
  ]) {
    const startMs = START + 15_000 * from
    const endMs = START + 15_000 * to
    series.forEach((one, id) => {
      assert.ok(reader.labels(id).equals(one.labels))
      const expected = [...one.times].map((time, i): [number, number] => [time, one.values[i]])
      assert.deepEqual(
        samplesOf(reader, id, startMs, endMs),
        expected.filter(([time]) => time >= startMs && time <= endMs),
      )
    })
  }
})

const selectors: [string, MatchOp, string][][] = [
  [],
  [['__name__', '=', 'metric_1']],
  [
    ['__name__', '=', 'metric_1'],
    ['zone', '=', 'a'],
  ],
  [['zone', '=', '']],
  [['zone', '!=', 'a']],
  [['zone', '!=', '']],
  [['zone', '=~', 'a|']],
  [['zone', '=~', '.*']],
  [['zone', '!~', 'a|b']],
  [['pod', '=~', 'pod-1|pod-2|pod-2|nothing']],
  [
    ['pod', '=~', 'pod-1.*'],
    ['__name__', '!=', 'metric_0'],
  ],
  [['missing', '=', '']],
  [['missing', '=', 'x']],
  [['missing', '!=', 'x']],
  [
    ['pod', '=', 'pod-1'],
    ['pod', '=', 'pod-2'],
  ],
]

test('block: selectors choose what the matchers say, an absent label being empty', (t) => {
  const series = makeSeries(300, 3)
  using reader = BlockReader.open(makeBlock(tempFolder(t), series))
  for (const selector of selectors) {
    const matchers: Matcher[] = selector.map(([name, op, value]) => newMatcher(name, op, value))
    const expected = series.flatMap((one, id) => (matchers.every((m) => m.matches(one.labels.get(m.name))) ? [id] : []))
    assert.deepEqual([...reader.postings(matchers)], expected, JSON.stringify(selector))
  }
  assert.deepEqual(reader.labelNames(), ['__name__', 'pod', 'zone'])
  assert.deepEqual(
    reader.labelValues('__name__'),
    [0, 1, 2, 3, 4].map((n) => `metric_${n}`),
  )
  assert.equal(reader.labelValues('pod').length, 300)
  assert.deepEqual(reader.labelValues('missing'), [])
})

test('block: many pages of series and postings are found, with a cache that holds almost none', (t) => {
  const series = makeSeries(5000, 2)
  const cache = new PageCache(100_000)
  using reader = BlockReader.open(makeBlock(tempFolder(t), series), cache)
  for (let s = 0; s < 5000; s += 97) {
    const ids = reader.postings([newMatcher('pod', '=', `pod-${s}`)])
    assert.equal(ids.length, 1)
    assert.equal(reader.labels(ids[0]).get('pod'), `pod-${s}`)
    assert.ok(cache.bytes <= 100_000)
  }
})

test('block: many readers share one cache within its budget, each reads its own pages, and a closed one leaves it', (t) => {
  const folder = tempFolder(t)
  const cache = new PageCache(60_000)
  const blocks = Array.from({ length: 12 }, (_, b) => {
    const series = makeSeries(40 + b, 100 + b)
    const maxTimeMs = START + 7_200_000
    const meta = writeBlock(folder, {
      minTimeMs: START,
      maxTimeMs,
      series,
      ulid: newUlid(START + b, new Uint8Array(10)),
    })
    return { series, reader: BlockReader.open(join(folder, meta.ulid), cache) }
  })
  let reads = 0
  for (let round = 0; round < 3; round++) {
    for (const { series, reader } of round === 1 ? blocks.toReversed() : blocks) {
      series.forEach((one, id) => {
        reads++
        assert.ok(reader.labels(id).equals(one.labels))
        assert.deepEqual(
          samplesOf(reader, id, 0, 2e12),
          [...one.times].map((time, i) => [time, one.values[i]]),
        )
        assert.ok(cache.bytes <= 60_000)
      })
    }
  }
  assert.ok(cache.bytes > 30_000 && cache.misses < reads / 4, `${cache.bytes} bytes, ${cache.misses} of ${reads}`)
  for (const { reader } of blocks) reader.close()
  assert.equal(cache.bytes, 0)
})

test('block: a reader that stays open while very many come and go keeps its own pages', (t) => {
  const folder = tempFolder(t)
  const cache = new PageCache(1e6)
  const open = (b: number): BlockReader => {
    const meta = writeBlock(folder, {
      minTimeMs: START,
      maxTimeMs: START,
      series: [{ ...makeSeries(1, 3)[0], labels: Labels.from({ block: `${b}` }) }],
      ulid: newUlid(START + b, new Uint8Array(10)),
    })
    return BlockReader.open(join(folder, meta.ulid), cache)
  }
  using first = open(0)
  assert.equal(first.labels(0).get('block'), '0')
  const { ulid } = open(1).meta
  for (let i = 0; i < 33_000; i++) {
    using reader = BlockReader.open(join(folder, ulid), cache)
    if (i > 32_700) assert.equal(reader.labels(0).get('block'), '1')
  }
  assert.equal(first.labels(0).get('block'), '0')
})

test('block: a page keeps no more memory than its bytes', (t) => {
  const path = join(tempFolder(t), 'page')
  for (const raw of [new Uint8Array(100), new Uint8Array(3000), randomBytes(3000), randomBytes(40_000)]) {
    const page = makePage(raw)
    writeFileSync(path, page)
    const fd = openSync(path, 'r')
    const payload = readPage({ block: ULID, name: 'page', fd }, 0, page.length)
    closeSync(fd)
    assert.deepEqual(Buffer.from(payload), Buffer.from(raw))
    assert.ok(payload.buffer.byteLength <= raw.length + 64, `${payload.buffer.byteLength} bytes for ${raw.length}`)
  }
})

test('block: stale markers and NaN payloads keep their bits', (t) => {
  const times = Float64Array.from({ length: 10 }, (_, i) => START + i)
  const values = new Float64Array(10)
  const words = new BigUint64Array(values.buffer)
  words[4] = 0x7ff0000000000002n
  words[9] = 0x7ff8000000000077n
  const folder = makeBlock(tempFolder(t), [{ labels: Labels.from({ a: 'b' }), count: 10, times, values }])
  using reader = BlockReader.open(folder)
  const columns = new SampleColumns()
  reader.read(0, START + 3, START + 9, columns)
  assert.equal(columns.count, 7)
  assert.deepEqual(new BigUint64Array(columns.values.buffer).subarray(0, 7), words.subarray(3))
})

test('block: a flipped or missing byte anywhere gives a BlockError that names the place, or the right answer', (t) => {
  const folder = tempFolder(t)
  const series = makeSeries(12, 300)
  const block = makeBlock(folder, series)
  const readAll = (): string => {
    using reader = BlockReader.open(block)
    const ids = [...reader.postings([newMatcher('pod', '=~', '.+')])]
    return JSON.stringify(ids.map((id) => [reader.labels(id), samplesOf(reader, id, 0, 2e12)]))
  }
  const right = readAll()
  for (const name of ['index.dat', 'chunks.dat', 'meta.json']) {
    const path = join(block, name)
    const whole = readFileSync(path)
    const stride = Math.max(1, Math.floor(whole.length / 300))
    for (let i = 0; i < whole.length; i += stride) {
      const bytes = Buffer.from(whole)
      bytes[i] ^= 1 << (i % 8)
      writeFileSync(path, bytes)
      expectErrorOr(readAll, right)
      truncateSync(path, i)
      expectErrorOr(readAll, right)
    }
    writeFileSync(path, whole)
  }
})

function expectErrorOr(read: () => string, right: string): void {
  try {
    assert.equal(read(), right)
  } catch (error) {
    assert.ok(error instanceof BlockError, String(error))
    assert.match(error.message, /^read block 0\w{25}: \w+\.\w+ at \d+: /)
  }
}

function* failingSeries(): Generator<BlockSeries> {
  yield makeSeries(1, 10)[0]
  throw new Error('the head is gone')
}

test('block: a writer that fails leaves nothing behind', (t) => {
  const folder = tempFolder(t)
  assert.throws(() => writeBlock(folder, { minTimeMs: 0, maxTimeMs: 1, series: failingSeries() }), /the head is gone/)
  assert.deepEqual(readdirSync(folder), [])
})

test('block: an empty block and a block that is not there', (t) => {
  const folder = tempFolder(t)
  using reader = BlockReader.open(makeBlock(folder, []))
  assert.equal(reader.postings([]).length, 0)
  assert.throws(() => BlockReader.open(join(folder, 'nothing')), BlockError)
})

test('block: format 1 written before is read', (t) => {
  const folder = tempFolder(t)
  const block = makeBlock(folder, makeSeries(4, 5))
  for (const name of ['index.dat', 'chunks.dat']) {
    const golden = readFileSync(new URL(`testdata/block-1/${name}.hex`, import.meta.url), 'utf8').trim()
    assert.equal(readFileSync(join(block, name)).toString('hex'), golden, name)
  }
})
