import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { AssembledFamily, AssembledValue } from './assembled-family.ts'
import { FamilyError, linesOfFamily } from './lines-of-family.ts'
import { readFamilies } from './read-families.ts'
import { writeText } from './write-text.ts'

test('exposition: a body is read as families whose summaries and histograms are whole', () => {
  const body =
    '# TYPE s summary\ns{q="a",quantile="0.5"} 1\ns_sum{q="a"} 3\ns_count{q="a"} 2 7\n' +
    '# HELP h Help.\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2.5\nh_count 2.5\nh_sum 4\nh_x 1\n'
  assert.deepEqual(JSON.parse(JSON.stringify(readFamilies(Buffer.from(body)))), {
    families: [
      {
        name: 's',
        help: '',
        type: 'summary',
        metrics: [
          {
            labels: ['q', 'a'],
            timestampMs: 7,
            value: { kind: 'summary', count: 2, sum: 3, quantiles: [{ quantile: 0.5, value: 1 }] },
          },
        ],
      },
      {
        name: 'h',
        help: 'Help.',
        type: 'histogram',
        metrics: [
          {
            labels: [],
            value: {
              kind: 'histogram',
              isFloat: true,
              count: 2.5,
              sum: 4,
              // JSON has no infinity.
              buckets: [
                { bound: 1, count: 1 },
                { bound: null, count: 2.5 },
              ],
            },
          },
        ],
      },
      { name: 'h_x', help: '', type: 'unknown', metrics: [{ labels: [], value: { kind: 'unknown', value: 1 } }] },
    ],
    err: '',
  })
})

test('exposition: what a client library refuses is told with its line', () => {
  const cases: [string, RegExp][] = [
    ['a 1\nb 2', /^line 2, column 4: unexpected end of input stream$/],
    ['a{b="\\t"} 1\n', /^line 1, column 6: invalid escape sequence "\\\\t"$/],
    ['\na 1\n# TYPE a counter\n', /^line 3: second TYPE line for metric name "a", or TYPE reported after samples$/],
    ['# TYPE h histogram\nh_count -1\n', /^line 2: negative count for histogram "h"$/],
    ['# TYPE s summary\ns{quantile="x"} 1\n', /^line 2: expected float as value for 'quantile' label, got "x"$/],
  ]
  for (const [body, err] of cases) assert.match(readFamilies(Buffer.from(body)).err, err)
  assert.match(readFamilies(Buffer.from('{"a.b"} 1\n'), { legacyNames: true }).err, /invalid metric name "a\.b"/)
})

test('exposition: a family that contradicts itself is not written', () => {
  const family = (type: AssembledFamily['type'], value: AssembledValue): AssembledFamily => ({
    name: 'f',
    help: '',
    type,
    metrics: [{ labels: [], value }],
  })
  const gauge = family('counter', { kind: 'gauge', value: 1 })
  assert.throws(() => linesOfFamily(gauge, { format: 'text' }), FamilyError)
  const float = family('histogram', { kind: 'histogram', isFloat: true, count: 1.5, buckets: [] })
  assert.throws(() => linesOfFamily(float, { format: 'openmetrics' }), /does not support float histogram/)
  assert.equal(linesOfFamily(float, { format: 'text' }).metrics.length, 2)
})

const finite = fc.double({ noNaN: true })
const number = fc.record({ value: finite }).map(({ value }) => ({ kind: 'gauge' as const, value }))
const bounds = fc.uniqueArray(fc.double({ noNaN: true, max: 1e300 }), { maxLength: 4 })
const histogram = fc.tuple(bounds, fc.nat(9), finite).map(([list, count, sum]) => ({
  kind: 'histogram' as const,
  isFloat: false,
  count,
  sum,
  buckets: [...list, Infinity].map((bound) => ({ bound, count })),
}))
const labels = fc
  .dictionary(fc.stringMatching(/^[a-c]$/), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }), { maxKeys: 2 })
  .map((found) =>
    Object.entries(found)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flat(),
  )
const metrics = (value: fc.Arbitrary<AssembledValue>) =>
  fc.uniqueArray(fc.record({ labels, value }, { noNullPrototype: true }), {
    minLength: 1,
    maxLength: 3,
    selector: ({ labels: l }) => l.toString(),
  })
const families = fc.tuple(metrics(number), metrics(histogram)).map(([gauges, histograms]): AssembledFamily[] => [
  { name: 'g', help: 'a\n"b"\\', type: 'gauge', metrics: gauges },
  { name: 'h', help: '', type: 'histogram', metrics: histograms },
])

test('exposition: families that are written and read again are the same', () => {
  fc.assert(
    fc.property(families, (list) => {
      const body = writeText(list.map((family) => linesOfFamily(family, { format: 'text' })))
      const { families: found, err } = readFamilies(body)
      assert.equal(err, '')
      const known = found.map((family) => ({
        ...family,
        metrics: family.metrics.map(({ labels: l, value }) => ({ labels: l, value })),
      }))
      assert.deepEqual(known, list)
    }),
  )
})
