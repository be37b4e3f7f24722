import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { histogramMistake } from '#lib/model'
import { ClassicHistogram } from './classic-histogram.ts'
import { openBody } from './open-body.ts'

function converted(buckets: readonly [number, number][], count?: number): ClassicHistogram {
  const classic = new ClassicHistogram()
  for (const [bound, n] of buckets) classic.addBucket(bound, n)
  if (count !== undefined) classic.setCount(count)
  return classic
}

test('exposition: a classic histogram that cannot be is not converted', () => {
  const cases: [ClassicHistogram, RegExp][] = [
    [converted([]), /neither a count nor buckets/],
    [converted([[1, 2], [2, 1]]), /fewer observations than the one before, 1 < 2/], // prettier-ignore
    [converted([[1, 2], [Infinity, 3]], 4), /last bucket has the count 3, all of it 4/], // prettier-ignore
    [converted([[Number.NaN, 2]]), /no number/], // prettier-ignore
    [converted([[1, -2]]), /has the count -2/], // prettier-ignore
    [converted([], -1), /its count is -1/],
  ]
  for (const [classic, why] of cases) {
    assert.equal(classic.convert(), undefined)
    assert.match(classic.err, why)
  }
})

test('exposition: counts of a converted histogram above 2^53 are kept whole', () => {
  const big = 2 ** 60
  const histogram = converted([[1, 1], [2, big]], big).convert() // prettier-ignore
  assert.deepEqual(histogram?.exact, BigUint64Array.of(BigInt(big), 0n, 1n, BigInt(big) - 1n))
})

test('exposition: buckets in any order, and some of them twice, make the same histogram', () => {
  const steps = fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 8 })
  const all = fc.tuple(steps, fc.array(fc.nat(5), { minLength: 8, maxLength: 8 })).map(([bounds, more]) => {
    let count = 0
    return bounds.sort((a, b) => a - b).map((bound, i): [number, number] => [bound, (count += more[i])])
  })
  const shuffled = all.chain((buckets) =>
    fc.tuple(fc.constant(buckets), fc.shuffledSubarray([...buckets, ...buckets], { minLength: buckets.length * 2 })),
  )
  fc.assert(
    fc.property(shuffled, ([buckets, mixed]) => {
      const count = (buckets.at(-1)?.[1] ?? 0) + 1
      const histogram = converted(buckets, count).convert()
      assert.ok(histogram)
      assert.equal(histogramMistake(histogram), undefined)
      assert.deepEqual(converted(mixed, count).convert(), histogram)
    }),
  )
})

/** Kind, series and start of each sample of an OpenMetrics body. */
function startsOf(body: string, skipCreated = true): [string, number][] {
  const cursor = openBody('openmetrics', Buffer.from(`${body}# EOF\n`), { skipCreated })
  const found: [string, number][] = []
  while (cursor.next()) if (cursor.kind === 'series') found.push([cursor.name, cursor.startMs()])
  assert.equal(cursor.err, '')
  return found
}

test('exposition: a series began when its _created line says, wherever in its family that stands', () => {
  const body =
    '# TYPE a counter\na_total{l="1"} 5\na_total{l="2"} 6\na_created{l="2"} 2.5\na_created{l="1"} 1.5\na_total{l="3"} 7\n' +
    '# TYPE h histogram\nh_count 1\nh_bucket{le="+Inf"} 1\nh_created 3\n# TYPE g gauge\ng_created 4\n'
  assert.deepEqual(startsOf(body), [
    ['a_total', 1500],
    ['a_total', 2500],
    ['a_total', 0],
    ['h_count', 3000],
    ['h_bucket', 3000],
    ['g_created', 0],
  ])
  assert.equal(startsOf(body, false).length, 9)
})

test('exposition: start times of a large family cost as much as reading it', () => {
  let body = '# TYPE a counter\n'
  for (let i = 0; i < 20_000; i++) body += `a_total{l="${i}"} 5\n`
  const started = performance.now()
  assert.equal(startsOf(body).length, 20_000)
  assert.ok(performance.now() - started < 10_000)
})
