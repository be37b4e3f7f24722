import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { histogramMistake, type StoredHistogram } from '#lib/model'
import { encodeFamilies, type ProtoFamily, type ProtoHistogram } from '#suite/exposition/protobuf'
import type { ParseOptions } from './cursor.ts'
import { ProtobufParser } from './protobuf-parser.ts'
import { TextParser } from './text-parser.ts'
import { writeText } from './write-text.ts'

type Row = [string, unknown, number | undefined]

/** The series and histograms of a body, by their labels; metadata as its kind and text. */
function read(body: Uint8Array, options: ParseOptions = {}): { rows: Row[]; err: string } {
  const parser = new ProtobufParser(body, options)
  const rows: Row[] = []
  while (parser.next()) {
    const timestampMs = parser.hasTimestamp ? parser.timestampMs : undefined
    if (parser.kind === 'series') rows.push([JSON.stringify(parser.labels()), parser.value, timestampMs])
    else if (parser.kind === 'histogram') rows.push([JSON.stringify(parser.labels()), parser.histogram, timestampMs])
    else rows.push([parser.kind, parser.kind === 'type' ? parser.type : parser.text, undefined])
  }
  return { rows, err: parser.err }
}

function only(histogram: ProtoHistogram, options: ParseOptions = {}, type = 4): StoredHistogram {
  const { rows, err } = read(encodeFamilies([{ name: 'h', type, metrics: [{ histogram }] }]), options)
  assert.equal(err, '')
  return rows.find(([, value]) => typeof value === 'object')?.[1] as StoredHistogram
}

const native: ProtoHistogram = {
  count: 9,
  sum: 3.5,
  buckets: [
    { bound: 1, count: 4, exemplar: { labels: ['id', 'x'], value: 0.5, timestampMs: 1500 } },
    { bound: 2, count: 9 },
  ],
  schema: 3,
  zeroThreshold: 0.001,
  zeroCount: 2,
  positiveSpans: [
    [-2, 2],
    [1, 1],
  ],
  positiveDeltas: [1, 2, -2],
  negativeSpans: [[4, 1]],
  negativeDeltas: [2],
}

test('exposition: protobuf counters, gauges, summaries and classic histograms are the series of the text format', () => {
  const families: ProtoFamily[] = [
    {
      name: 'c_total',
      help: 'a\nb',
      type: 0,
      unit: 's',
      metrics: [{ labels: ['l', 'é"'], value: 1.5, timestampMs: 7 }],
    },
    { name: 'no metrics', type: 1, metrics: [] },
    { name: 'g', type: 1, metrics: [{ value: Number.NaN }, { labels: ['a', 'b'], value: -Infinity, timestampMs: -3 }] },
    { name: 's', type: 2, metrics: [{ summary: { count: 3, sum: 6, quantiles: [[0.5, 1], [1, 2]] } }] }, // prettier-ignore
    { name: 'h', type: 4, metrics: [{ histogram: { count: 5, sum: 2, buckets: [{ bound: 10, count: 4 }] } }] },
  ]
  assert.deepEqual(read(encodeFamilies(families)), {
    rows: [
      ['help', 'a\nb', undefined],
      ['unit', 's', undefined],
      ['type', 'counter', undefined],
      ['{"__name__":"c_total","l":"é\\""}', 1.5, 7],
      ['help', '', undefined],
      ['type', 'gauge', undefined],
      ['{"__name__":"g"}', Number.NaN, undefined],
      ['{"__name__":"g","a":"b"}', -Infinity, -3],
      ['help', '', undefined],
      ['type', 'summary', undefined],
      ['{"__name__":"s_count"}', 3, undefined],
      ['{"__name__":"s_sum"}', 6, undefined],
      ['{"__name__":"s","quantile":"0.5"}', 1, undefined],
      ['{"__name__":"s","quantile":"1.0"}', 2, undefined],
      ['help', '', undefined],
      ['type', 'histogram', undefined],
      ['{"__name__":"h_count"}', 5, undefined],
      ['{"__name__":"h_sum"}', 2, undefined],
      ['{"__name__":"h_bucket","le":"10.0"}', 4, undefined],
      ['{"__name__":"h_bucket","le":"+Inf"}', 5, undefined],
    ],
    err: '',
  })
})

test('exposition: a native histogram is one entry, and its classic series follow where they are wanted', () => {
  const body = encodeFamilies([{ name: 'h', type: 4, metrics: [{ histogram: native, startMs: 2500 }] }])
  const kinds = (options: ParseOptions) => read(body, options).rows.map(([labels]) => labels.slice(0, 22))
  const classic = ['{"__name__":"h_count"}', '{"__name__":"h_sum"}', '{"__name__":"h_bucket"', '{"__name__":"h_bucket"']
  assert.deepEqual(kinds({}), ['help', 'type', '{"__name__":"h"}'])
  assert.deepEqual(kinds({ keepClassic: true }).slice(0, 5), [
    'help',
    'type',
    '{"__name__":"h"}',
    ...classic.slice(0, 2),
  ])
  assert.deepEqual(kinds({ ignoreNative: true }).slice(2, 6), classic)
  const histogram = only(native)
  assert.equal(histogramMistake(histogram), undefined)
  assert.deepEqual(
    [histogram.isInteger, histogram.schema, histogram.count, histogram.zeroCount, histogram.exact],
    [true, 3, 9, 2, undefined],
  )
  assert.deepEqual(histogram.positiveSpans, [{ offset: -2, length: 2 }, { offset: 1, length: 1 }]) // prettier-ignore
  assert.deepEqual([histogram.positiveBuckets, histogram.negativeBuckets], [[1, 3, 1], [2]])
  assert.equal(only(native, {}, 5).counterResetHint, 3)
  assert.deepEqual(only({ ...native, unpacked: true }), histogram)
  const parser = new ProtobufParser(body)
  while (parser.kind !== 'histogram') assert.ok(parser.next())
  assert.equal(parser.startMs(), 2500)
  assert.deepEqual(parser.exemplars().map(({ value, timestampMs }) => [value, timestampMs]), [[0.5, 1500]]) // prettier-ignore
})

test('exposition: counts of a native histogram above 2^53 are kept to the last bit', () => {
  const big = 2n ** 53n + 1n
  const histogram = only({
    count: big + 3n,
    schema: 0,
    zeroThreshold: 0.1,
    zeroCount: 1,
    positiveSpans: [[0, 2]],
    positiveDeltas: [big, 2n - big],
  })
  assert.deepEqual(histogram.exact, BigUint64Array.from([big + 3n, 1n, big, 2n]))
  assert.deepEqual(histogram.positiveBuckets, [Number(big), 2])
  assert.equal(histogramMistake({ ...histogram, sum: Number.NaN }), undefined)
})

test('exposition: float histograms, and classic ones with bounds written out', () => {
  const float = only({
    countFloat: 2.5,
    sum: 1,
    schema: 1,
    zeroThreshold: 0,
    positiveSpans: [[0, 3]],
    positiveCounts: [1, 0, 1.5],
  })
  assert.deepEqual([float.isInteger, float.count, float.positiveBuckets], [false, 2.5, [1, 1.5]])
  assert.deepEqual(float.positiveSpans, [{ offset: 0, length: 1 }, { offset: 1, length: 1 }]) // prettier-ignore
  const custom = only({ count: 9, sum: 3, buckets: native.buckets }, { convertClassic: true })
  assert.deepEqual([custom.schema, custom.customValues, custom.positiveBuckets], [-53, [1, 2], [4, 5]])
})

test('exposition: a mistake in a protobuf body is told with its byte', () => {
  const metric = (labels: string[]): ProtoFamily => ({ name: 'm', type: 1, metrics: [{ labels, value: 1 }] })
  const bytes = encodeFamilies([metric(['a', 'b'])])
  const wrong = (at: number, byte: number) => bytes.with(at, byte)
  const cases: [Uint8Array, string][] = [
    [bytes.subarray(0, 12), 'byte 0: a family of 26 bytes, 11 are there'],
    [Uint8Array.from([255, 255]), 'byte 0: the message ends within a number'],
    [wrong(3, 0xff), 'byte 3: invalid UTF-8 metric name'],
    [wrong(12, 0xff), 'byte 12: invalid UTF-8 label name'],
    [wrong(5, 9), 'byte 1: unknown metric type 9 of "m"'],
    [wrong(10, 0x08), 'byte 11: field 1 is not a message, its wire type is 0'],
    [encodeFamilies([metric(['', 'b'])]), 'byte 9: empty label name'],
    [encodeFamilies([metric(['a', 'b', 'a', 'c'])]), 'byte 8: label name "a" is not unique'],
    [encodeFamilies([{ ...metric([]), name: '' }]), 'byte 1: a family without a name'],
  ]
  for (const [body, err] of cases) assert.equal(read(body).err, err)
  const room = { name: 'h', type: 4, metrics: [{ histogram: { ...native, positiveDeltas: [1] } }] }
  assert.match(
    read(encodeFamilies([room])).err,
    /positive side of a histogram: its spans have room for 3 buckets, there are 1/,
  )
})

const labelText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
const family = fc.record({
  name: labelText,
  type: fc.constantFrom(1, 3),
  metrics: fc.array(
    fc.record({
      labels: fc.dictionary(labelText.filter((n) => n !== '__name__'), labelText, { maxKeys: 3 }).map((o) => Object.entries(o).flat()), // prettier-ignore
      value: fc.double(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
})

test('exposition: protobuf and text of the same families are the same series', () => {
  fc.assert(
    fc.property(fc.array(family, { maxLength: 4 }), (families) => {
      const text = new TextParser(
        writeText(families.map((f) => ({ ...f, help: '', type: f.type === 1 ? 'gauge' : 'unknown' }))),
      )
      const expected: unknown[] = []
      while (text.next())
        if (text.kind === 'series') expected.push([JSON.stringify(text.labels()), text.value, undefined])
      const { rows, err } = read(encodeFamilies(families))
      assert.equal(err, '')
      assert.deepEqual(
        rows.filter(([labels]) => labels.startsWith('{')),
        expected,
      )
    }),
  )
})

const side = fc.array(fc.tuple(fc.nat(3), fc.array(fc.bigInt(0n, 2n ** 60n), { maxLength: 4 })), { maxLength: 4 })

test('exposition: the buckets of a native histogram are those that were written, without the empty ones', () => {
  fc.assert(
    fc.property(side, fc.integer({ min: -1000, max: 1000 }), (parts, first) => {
      const counts = parts.flatMap(([, list]) => list)
      const deltas = counts.map((count, i) => count - (i === 0 ? 0n : counts[i - 1]))
      const expected: [number, bigint][] = []
      let index = first
      for (const [i, [gap, list]] of parts.entries()) {
        if (i > 0) index += gap
        for (const count of list) {
          if (count > 0n) expected.push([index, count])
          index++
        }
      }
      const spans = parts.map(([gap, list], i): [number, number] => [i === 0 ? first : gap, list.length])
      const histogram = only({ schema: 0, zeroThreshold: 1, positiveSpans: spans, positiveDeltas: deltas })
      const actual: [number, bigint][] = []
      let at = 0
      let n = 0
      for (const { offset, length } of histogram.positiveSpans) {
        at += offset
        for (let i = 0; i < length; i++, n++) {
          actual.push([at++, histogram.exact ? histogram.exact[n + 2] : BigInt(histogram.positiveBuckets[n])])
        }
      }
      assert.deepEqual(actual, expected)
    }),
  )
})

const sample = encodeFamilies([
  { name: 'c_total', help: 'Counts.', type: 0, unit: 's', metrics: [{ labels: ['a', 'b', 'c', 'é'], value: 3, startMs: 5, exemplar: { labels: ['t', 'x'], value: 1, timestampMs: 9 } }] }, // prettier-ignore
  { name: 's', type: 2, metrics: [{ summary: { count: 3, sum: 6, quantiles: [[0.5, 1], [1, 2]] }, startMs: 1 }] }, // prettier-ignore
  { name: 'h', type: 4, metrics: [{ labels: ['a', 'b'], histogram: native, timestampMs: 8 }, { histogram: { count: 1 } }] }, // prettier-ignore
  { name: 'f', type: 5, metrics: [{ histogram: { countFloat: 2, positiveSpans: [[0, 2]], positiveCounts: [1, 1] } }] },
])

test('exposition: no bytes make the protobuf parser throw, stand still or find more than is there', () => {
  const change = fc.record({ at: fc.nat(sample.length), drop: fc.nat(3), put: fc.uint8Array({ maxLength: 4 }) })
  const options = fc.record({ keepClassic: fc.boolean(), ignoreNative: fc.boolean(), convertClassic: fc.boolean() })
  const bodies = fc.oneof(
    fc.array(change, { maxLength: 4 }).map((changes) => changes.reduce(changed, sample)),
    fc.uint8Array({ maxLength: 60 }),
  )
  fc.assert(
    fc.property(bodies, options, (body, parse) => {
      const parser = new ProtobufParser(body, parse)
      let entries = 0
      let parts = 0
      while (parser.next()) {
        entries++
        if (parser.kind === 'series' || parser.kind === 'histogram') {
          parser.makeKey()
          parser.labels()
          parser.exemplars()
          parser.startMs()
        }
        const { histogram } = parser
        if (histogram) parts += histogram.positiveBuckets.length + histogram.negativeBuckets.length
        assert.ok(entries <= 6 * body.length && parts <= 3 * body.length)
      }
      assert.equal(parser.next(), false)
      assert.equal(parser.kind, 'none')
    }),
    { numRuns: 5000 },
  )
})

function changed(body: Uint8Array, { at, drop, put }: { at: number; drop: number; put: Uint8Array }): Uint8Array {
  return Buffer.concat([body.subarray(0, at), put, body.subarray(at + drop)])
}

test('exposition: what a protobuf body announces and does not hold takes no memory', () => {
  const spans: ProtoHistogram = { positiveSpans: [[0, 2 ** 32 - 1]], zeroCount: 1 }
  const hostile = encodeFamilies([{ name: 'h', type: 4, metrics: [{ histogram: spans }] }])
  assert.match(read(hostile).err, /room for 4294967295 buckets, there are 0/)
  const far = { ...spans, positiveSpans: [[2 ** 31 - 1, 0], [2 ** 31 - 1, 1]], positiveDeltas: [1] } as ProtoHistogram // prettier-ignore
  assert.match(read(encodeFamilies([{ name: 'h', type: 4, metrics: [{ histogram: far }] }])).err, /more than 32 bits/)
})
