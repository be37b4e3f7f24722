import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { type BodyFormat, openBody } from '#lib/exposition'
import { BodyBuffer } from '#lib/http'
import { Labels, type StoredHistogram } from '#lib/model'
import { encodeFamilies, type ProtoFamily, type ProtoHistogram } from '#suite/exposition/protobuf'
import { BodyMatcher } from './body-matcher.ts'
import { defaultPoolOptions, type PoolOptions } from './pool.ts'
import { RecordingAppender } from './recording-appender.ts'

class Bench {
  readonly appender = new RecordingAppender()
  readonly group = this.appender.openGroup('test')
  readonly matcher: BodyMatcher
  /** How often the store was asked for a series. */
  asked = 0
  #timeMs = 0

  constructor(options: Partial<PoolOptions> = {}) {
    const all = { ...defaultPoolOptions, nativeHistograms: true, ...options }
    this.matcher = new BodyMatcher(this.group, Labels.from({ job: 'j' }), all)
    const series = this.group.series.bind(this.group)
    this.group.series = (labels) => {
      this.asked++
      return series(labels)
    }
  }

  /** Matches a body and commits it; the error, or ''. */
  scrape(bytes: Uint8Array, format: BodyFormat = 'protobuf'): string {
    const body = new BodyBuffer()
    body.append(bytes, 0, bytes.length)
    this.group.begin(++this.#timeMs)
    this.matcher.begin(body, format)
    for (let steps = 0; !this.matcher.step(body); steps++) assert.ok(steps < 1000)
    if (this.matcher.err === '') {
      this.group.commit()
      this.matcher.accept()
    } else this.group.rollback()
    return this.matcher.err
  }

  /** The last commit by the name of the metric. */
  last(): Record<string, unknown> {
    const named = [...this.appender.last()].map(([key, value]) => [(JSON.parse(key) as Labels & { __name__: string }).__name__, value]) // prettier-ignore
    return Object.fromEntries(named) as Record<string, unknown>
  }
}

const histogram: ProtoHistogram = {
  count: 3,
  sum: 1.5,
  zeroThreshold: 0.01,
  zeroCount: 1,
  schema: 3,
  positiveSpans: [[1, 2]],
  positiveDeltas: [1, 0],
  buckets: [{ bound: 1, count: 3 }],
}
const families: readonly ProtoFamily[] = [
  { name: 'c_total', help: 'Counts.', type: 0, metrics: [{ labels: ['a', 'b'], value: 3 }] },
  { name: 'h', type: 4, metrics: [{ labels: ['a', 'b'], histogram }] },
]
const text = (body: string) => Buffer.from(body)

test('scrape: a protobuf body gives floats and native histograms, and no series is asked for twice', () => {
  const bench = new Bench()
  assert.equal(bench.scrape(encodeFamilies(families)), '')
  const { c_total: count, h } = bench.last() as { c_total: number; h: StoredHistogram }
  assert.equal(count, 3)
  assert.deepEqual([h.isInteger, h.count, h.positiveBuckets], [true, 3, [1, 1]])
  assert.deepEqual(bench.appender.metadata.get('c_total'), { type: 'counter', help: 'Counts.' })
  assert.deepEqual([bench.asked, bench.matcher.samples, bench.matcher.added], [2, 2, 2])
  for (let i = 0; i < 3; i++) assert.equal(bench.scrape(encodeFamilies(families)), '')
  assert.deepEqual([bench.asked, bench.matcher.samples, bench.matcher.added], [2, 2, 0])
})

test('scrape: without native histograms the classic series of a protobuf body are taken', () => {
  const bench = new Bench({ nativeHistograms: false })
  assert.equal(bench.scrape(encodeFamilies(families)), '')
  assert.deepEqual(Object.keys(bench.last()), ['c_total', 'h_count', 'h_sum', 'h_bucket'])
})

test('scrape: a histogram that vanishes gets a stale marker, once, as does all of a target that changes its format', () => {
  const bench = new Bench()
  bench.scrape(encodeFamilies(families))
  bench.scrape(encodeFamilies(families.slice(0, 1)))
  assert.deepEqual(bench.last(), { c_total: 3, h: 'stale' })
  bench.scrape(encodeFamilies(families.slice(0, 1)))
  assert.deepEqual(bench.last(), { c_total: 3 })
  bench.scrape(encodeFamilies(families))
  bench.scrape(text('# TYPE c_total counter\nc_total{a="b"} 4\n'), 'text')
  assert.deepEqual(bench.last(), { c_total: 4, h: 'stale' })
  bench.scrape(text('d 1\n'), 'text')
  assert.deepEqual(bench.last(), { d: 1, c_total: 'stale' })
  bench.scrape(encodeFamilies(families.slice(0, 1)))
  assert.deepEqual(bench.last(), { d: 'stale', c_total: 3 })
})

test('scrape: classic histograms of a text body become native ones where that is wanted', () => {
  const body =
    '# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 3\nh_sum 4\nh_count 3\n# TYPE g gauge\ng 1\n'
  const bench = new Bench({ convertHistograms: true })
  for (let i = 0; i < 2; i++) {
    assert.equal(bench.scrape(text(body), 'text'), '')
    const { h, ...rest } = bench.last() as { h: StoredHistogram }
    assert.deepEqual([h.schema, h.customValues, h.positiveBuckets, h.sum, rest], [-53, [1], [2, 1], 4, { g: 1 }])
  }
  assert.equal(bench.asked, 2)
  const both = new Bench({ convertHistograms: true, classicHistograms: true })
  both.scrape(text(body), 'text')
  assert.deepEqual(Object.keys(both.last()), ['h_bucket', 'h_sum', 'h_count', 'h', 'g'])
})

test('scrape: limits of samples and buckets, and a mistake, refuse a protobuf body', () => {
  const small = new Bench({ bucketLimit: 1 })
  assert.equal(small.scrape(encodeFamilies(families)), '')
  assert.equal((small.last().h as StoredHistogram).positiveBuckets.length, 1)
  const custom = new Bench({ bucketLimit: 1, convertHistograms: true })
  const classic = { count: 3, buckets: [{ bound: 1, count: 1 }, { bound: 2, count: 3 }] } // prettier-ignore
  const body = encodeFamilies([{ name: 'k', type: 4, metrics: [{ histogram: classic }] }])
  assert.equal(custom.scrape(body), 'histogram bucket limit exceeded (native_histogram_bucket_limit: 1, metric: k)')
  assert.equal(custom.matcher.brokenLimit, 'bucket-limit')
  assert.equal(
    new Bench({ sampleLimit: 1 }).scrape(encodeFamilies(families)),
    'sample limit exceeded (sample_limit: 1)',
  )
  assert.match(new Bench().scrape(encodeFamilies(families).subarray(0, 30)), /^byte \d+: /)
  const twice = [{ name: 'm', type: 1, metrics: [{ labels: ['a', 'b', 'a', 'c'] }] }]
  assert.match(new Bench().scrape(encodeFamilies(twice)), /label name "a" is not unique/)
})

const metric = fc.record({
  labels: fc.dictionary(fc.constantFrom('a', 'b', 'job'), fc.constantFrom('x', 'y'), { maxKeys: 2 }).map((o) => Object.entries(o).flat()), // prettier-ignore
  value: fc.integer(),
  histogram: fc.constantFrom(histogram, { count: 2, sum: 1, buckets: [{ bound: 1, count: 1 }] }),
  timestampMs: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
})
const family = fc.record({
  name: fc.constantFrom('a', 'b', 'h'),
  type: fc.constantFrom(0, 1, 4),
  metrics: fc.array(metric, { maxLength: 3 }),
})
const bodies = fc.array(fc.array(family, { maxLength: 3 }), { minLength: 1, maxLength: 6 })

/** What the cursor makes of a body by itself: the last sample of each series. */
function plain(body: Uint8Array): Record<string, unknown> {
  const cursor = openBody('protobuf', body)
  const found: Record<string, unknown> = {}
  while (cursor.next()) {
    if (cursor.kind !== 'series' && cursor.kind !== 'histogram') continue
    const labels = cursor.labels()
    const job = labels.get('job')
    const key = JSON.stringify(labels.with(job === '' ? { job: 'j' } : { job: 'j', exported_job: job }))
    found[key] = cursor.histogram ? cursor.histogram.count : cursor.value
  }
  assert.equal(cursor.err, '')
  return found
}

test('scrape: what the matcher gives is what the protobuf parser gives, for any sequence of bodies', () => {
  fc.assert(
    fc.property(bodies, (list) => {
      const bench = new Bench()
      for (const one of list) {
        const body = encodeFamilies(one)
        assert.equal(bench.scrape(body), '')
        const given = [...bench.appender.last()].filter(([, value]) => value !== 'stale')
        const actual = Object.fromEntries(given.map(([key, v]) => [key, typeof v === 'object' ? v.count : v]))
        assert.deepEqual(actual, plain(body))
      }
    }),
  )
})
