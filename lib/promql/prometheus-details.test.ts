import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatLabels } from '#lib/model'
import { everything } from '#lib/storage'
import { Engine } from './engine.ts'
import { histogramText } from './histogram/text.ts'
import { MemoryStorage } from './memory-storage.ts'
import { parseSeriesDescription } from './parser-series.ts'
import { parseExpr } from './parser.ts'
import { printExpr } from './printer.ts'

/*
 * What Prometheus 3.14 was seen to answer where random queries over random data had other answers of ours: each of these was
 * a difference once.
 */

const STEP_MS = 30_000

/** A store with a sample each 30 s of what the lines say, in the notation of Prometheus' test scripts. */
function stored(lines: readonly string[]): MemoryStorage {
  const storage = new MemoryStorage()
  for (const line of lines) {
    const { labels, values } = parseSeriesDescription(line)
    for (const [i, value] of values.entries()) {
      if (value.kind === 'float') storage.add(labels, i * STEP_MS, value.value)
      else if (value.kind === 'histogram') storage.addHistogram(labels, i * STEP_MS, value.histogram)
    }
  }
  return storage
}

/** The series of a range query over the first steps as text, then its remarks; or what it fails with. */
async function answer(lines: readonly string[], expr: string, steps = 2): Promise<string[]> {
  using querier = stored(lines).querier()
  const request = { expr, startMs: 0, endMs: (steps - 1) * STEP_MS, stepMs: STEP_MS, scope: everything }
  try {
    const { series, warnings, infos } = await new Engine().query(querier, request)
    const texts = series.map(({ labels, times, values, histograms = [] }) => {
      const points = Array.from(times, (timeMs, i) => ({ timeMs, text: String(values[i]) }))
      points.push(...histograms.map(({ timeMs, histogram }) => ({ timeMs, text: histogramText(histogram) })))
      points.sort((a, b) => a.timeMs - b.timeMs)
      return `${formatLabels(labels)} ${points.map(({ timeMs, text }) => `${text}@${timeMs / 1000}`).join(' ')}`
    })
    return [...texts.sort(), ...warnings, ...infos]
  } catch (error) {
    return [(error as Error).message]
  }
}

const histogram = 'h{a="x"} {{schema:0 count:3 sum:2 buckets:[1 2]}}x1'

test('details: sort leaves histograms out of ranges too, and says nothing of what is the same at all steps', async () => {
  const floats = 'm{a="x"} 1 2'
  const ineffective =
    'PromQL warning: sort is ineffective for range queries since results are always ordered by labels (1:1)'
  assert.deepEqual(await answer([histogram, floats], 'sort({a="x"})'), ['m{a="x"} 1@0 2@30', ineffective])
  assert.deepEqual(await answer([floats], 'sort(m @ 30)'), ['m{a="x"} 2@0 2@30'])
})

test('details: anchored and smoothed are refused where a function does not know them', async () => {
  assert.deepEqual(await answer(['m 1 2'], 'avg_over_time(m[1m] anchored)'), [
    'anchored modifier can only be used with: changes, delta, increase, rate, resets - not with avg_over_time',
  ])
  assert.deepEqual(await answer(['m 1 2'], 'sum(resets(m[1m] smoothed))'), [
    'smoothed modifier can only be used with: delta, increase, rate - not with resets',
  ])
})

test('details: an infinity that decides does so beside a NaN', async () => {
  assert.deepEqual(await answer(['m NaN'], 'clamp_min(m, Inf)', 1), ['{} Infinity@0'])
  assert.deepEqual(await answer(['m NaN'], 'clamp_max(m, -Inf)', 1), ['{} -Infinity@0'])
  assert.deepEqual(await answer([], 'vector(max_of(NaN, Inf))', 1), ['{} Infinity@0'])
})

test('details: two series of one group are told of, the later first, with their names', async () => {
  const [message] = await answer(['m{a="x"} 1 1', 'n{a="x",b="p"} _ 1', 'n{a="x",b="q"} 1 1'], 'm + on (a) n')
  assert.equal(
    message,
    'found duplicate series for the match group {a="x"} on the right hand-side of the operation: ' +
      '[{__name__="n", a="x", b="q"}, {__name__="n", a="x", b="p"}];many-to-many matching not allowed: matching labels must be unique on one side',
  )
})

test('details: remarks stand where Prometheus has them', async () => {
  const ignored = (op: string, at: number) => `PromQL info: ignored histogram in ${op} aggregation (1:${at})`
  assert.deepEqual(await answer([histogram], 'topk by (a) (1, h)'), [ignored('topk', 1)])
  assert.deepEqual(await answer([histogram], 'max by (a) (h)'), [ignored('max', 13)])
  assert.deepEqual((await answer(['m 1 2'], 'rate((m)[1m:30s])')).slice(1), [
    'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "m" (1:1)',
  ])
})

test('details: bounds of buckets and small numbers in texts have the digits of Prometheus', async () => {
  const small = 'h {{schema:1 count:2 sum:0.00002 buckets:[1 1] offset:0}}'
  assert.deepEqual(await answer([small], 'count_values("v", h)', 1), [
    '{v="{count:2, sum:2e-05, (0.7071067811865475,1]:1, (1,1.414213562373095]:1}"} 1@0',
  ])
  assert.deepEqual(await answer([small], 'histogram_quantile(0, h)', 1), ['{} 0.7071067811865475@0'])
})

test('details: what lies in the zero bucket of a sum is dropped as it is at the schema of both', async () => {
  // The zero bucket of the first reaches to 0.5, which lies inside a bucket of the second's schema.
  const wide = 'h{a="x"} {{schema:0 z_bucket:1 z_bucket_w:0.5 count:3 buckets:[2] offset:1}}'
  const coarse = 'h{a="y"} {{schema:-1 count:7 buckets:[3 4] offset:0}}'
  assert.deepEqual(await answer([wide, coarse], 'sum(h)', 1), ['{} {count:10, sum:0, [-1,1]:4, (1,4]:6}@0'])
  const fine = 'h{a="z"} {{schema:0 z_bucket:1 z_bucket_w:0.001 count:8 buckets:[3 4] offset:0}}'
  const other = 'h{a="y"} {{schema:-1 z_bucket:0 z_bucket_w:0.5 count:1 buckets:[1] offset:1}}'
  assert.deepEqual(await answer([fine, other], 'sum(h)', 1), [
    '{} {count:9, sum:0, [-0.5,0.5]:1, (0.25,1]:3, (1,4]:5}@0',
  ])
  // What lies in the zero bucket is counted there, and in the coarser bucket that reaches beyond it.
  const three = [
    'h{a="a"} {{schema:0 z_bucket:0 z_bucket_w:0.5 count:2 buckets:[2] offset:1}}',
    'h{a="b"} {{schema:1 z_bucket:0 z_bucket_w:0.001 count:8 buckets:[3 4 1] offset:-2}}',
    'h{a="c"} {{schema:-1 count:1 buckets:[1] offset:1}}',
  ]
  assert.deepEqual(await answer(three, 'sum(h)', 1), ['{} {count:11, sum:0, [-0.5,0.5]:3, (0.25,1]:5, (1,4]:3}@0'])
})

test('details: shares of classic histograms take the counts as they are', async () => {
  const lines = ['b{le="1"} 5', 'b{le="2"} 3', 'b{le="+Inf"} 4']
  assert.deepEqual(await answer(lines, 'histogram_fraction(-Inf, 2, b)', 1), ['{} 0.75@0'])
})

test('details: a NaN leaves no median distance', async () => {
  assert.deepEqual(await answer(['m 1 NaN 3'], 'mad_over_time(m[5m])', 3), ['{} 0@0 NaN@30 NaN@60'])
})

test('details: errors of syntax are those of Prometheus', async () => {
  const cases: readonly (readonly [string, string])[] = [
    ['sum(rate(x[5m] o))', '1:16: parse error: unexpected identifier "o" in aggregation'],
    ['abs(x y)', '1:7: parse error: unexpected identifier "y"'],
    ['1)', "1:3: parse error: unexpected right parenthesis ')'"],
    ['x[5m y]', "1:6: parse error: unexpected character: 'y', expected ':'"],
    ['x[y]', "1:3: parse error: unexpected character in duration expression: 'y'"],
    ['abs(x, +)', '1:9: parse error: unexpected ")"'],
    ['abs(x, )', '1:6: parse error: trailing commas not allowed in function call args'],
    ['nope(x y)', '1:8: parse error: unexpected identifier "y"'],
    ['nope(x) )', '1:1: parse error: unknown function with name "nope"'],
    ['rate(x) y', '1:9: parse error: unexpected identifier "y"'],
    ['sum by ("") (x)', '1:9: parse error: invalid label name for grouping: ""'],
    ['x + fill (0) 1', '1:1: parse error: filling in missing series only allowed between instant vectors'],
    ['x{a=~"[^l"}', '1:3: parse error: error parsing regexp: missing closing ]: `[^l`'],
    ['x{"y"}', '1:1: parse error: metric name must not be set twice: "x" or "y"'],
    ['1 start', '1:3: parse error: unexpected "start"'],
    ['sum by (without) (x)', '1:9: parse error: unexpected <without> in grouping opts, expected label'],
    ['by(x)', '1:3: parse error: unexpected "("'],
    ['START(x)', '1:1: parse error: unknown function with name "START"'],
    ['x fill y', '1:3: parse error: unexpected identifier "fill"'],
    ['x @ end', '1:8: parse error: unexpected end of input in @, expected timestamp'],
    [
      'x[step]',
      '1:7: parse error: unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
    ],
    ['x[5m < 2]', '1:6: parse error: unexpected <op:<> in subquery or range, expected ":" or "]"'],
    ['x[< 2]', "1:3: parse error: unexpected character in duration expression: '<'"],
    ['x[5m', '1:5: parse error: unclosed left bracket'],
    ['x[(-2m)]', '1:4: parse error: duration must be greater than 0'],
    ['x[5m:1h] anchored', '1:1: parse error: anchored modifier is not supported for subqueries'],
    ["x{'y' z}", '1:7: parse error: unexpected identifier "z" in label matching, expected "," or "}"'],
    ['x{a="\\x"}', `1:5: parse error: illegal character U+0022 '"' in escape sequence`],
    [
      'x{a "=" "b"}',
      '1:5: parse error: unexpected string "\\"=\\"" in label matching, expected label matching operator',
    ],
    [
      'x offset "step"()',
      '1:10: parse error: unexpected string "\\"step\\"" in offset, expected number, duration, step(), or range()',
    ],
    ['x offset 1.5h', '1:10: parse error: unknown unit "." in duration "1.5h"'],
    ['0x', '1:1: parse error: error parsing number: strconv.ParseFloat: parsing "0x": invalid syntax'],
    ['1_ + 1', '1:1: parse error: error parsing number: strconv.ParseFloat: parsing "1_": invalid syntax'],
    ['1e309', '1:1: parse error: error parsing number: strconv.ParseFloat: parsing "1e309": value out of range'],
    ['60ec', '1:1: parse error: bad number or duration syntax: "60e"'],
    ['x + on (a) group_left * y', '1:23: parse error: unexpected <op:*> in grouping opts, expected "("'],
  ]
  for (const [text, expected] of cases) assert.deepEqual(await answer([], text), [expected], text)
})

test('details: what belongs to an offset is decided as in Prometheus', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['x offset 2m + 1', 'x offset 2m + 1'],
    ['x offset -2m + 1', 'x offset -2m + 1'],
    ['x offset -(2m) + 1', 'x offset -2m + 1'],
    ['x offset -step() + 1', 'x offset -step() + 1'],
    ['x offset +min_of(1m, 2m) * 2', 'x offset min_of(1m, 2m) * 2'],
    // Here the sum is the offset, and there are no more operators.
    ['x[5m] offset (2m + 1m) + 1', 'x[5m] offset (2m + 1m) + 1'],
    ['x[5m] offset --2m + 1', 'x[5m] offset 2m + 1'],
    ['x[5m] offset + -2m ^ 2', 'x[5m] offset -2m ^ 2'],
    ['rate(x[-(-2m)] anchored anchored)', 'rate(x[2m] anchored)'],
    ['fill + fill (0) fill_left', 'fill + fill (0) fill_left'],
  ]
  for (const [text, expected] of cases) assert.equal(printExpr(parseExpr(text)), expected, text)
})

test('details: errors and remarks on parameters', async () => {
  assert.deepEqual(await answer(['m 1 2'], 'double_exponential_smoothing(m[1m], 1, 0.5)'), [
    'invalid smoothing factor. Expected: 0 < sf < 1, got: 1.000000',
  ])
  assert.deepEqual(await answer([histogram], 'topk(0, h)'), [])
  const outside = (q: string, at: number) =>
    `PromQL warning: quantile value should be between 0 and 1, got ${q} (1:${at})`
  assert.deepEqual(await answer(['m 1 2', 'q 2 1e17'], 'quantile(scalar(q), m)'), [
    '{} Infinity@0 Infinity@30',
    outside('1e+17', 10),
  ])
  assert.deepEqual(await answer(['m 1 2'], 'quantile_over_time(2, quantile_over_time(2, m[1m])[1m:30s])', 1), [
    '{} Infinity@0',
    outside('2', 20),
  ])
  assert.deepEqual(
    (await answer(['m 1 2'], 'limit_ratio(-3, m)')).at(-1),
    'PromQL warning: ratio value should be between -1 and 1, got -3, capping to -1 (1:13)',
  )
})

test('details: a remark of many places stands at that which is evaluated last', async () => {
  const ignored = 'PromQL info: ignored histogram in max aggregation'
  assert.deepEqual(await answer([histogram], 'max(h) or max(h{a="x"})'), [`${ignored} (1:15)`])
  const custom = 'c{a="x"} {{schema:-53 custom_values:[1 5] buckets:[4] count:4 sum:17}}x1'
  assert.deepEqual(await answer([histogram, custom], 'h + on (a) c'), [
    'PromQL warning: incompatible bucket layout encountered for binary operator + (1:1)',
  ])
})

test('details: quantiles by step are labels by step, in the place of labels that were there', async () => {
  assert.deepEqual(await answer([histogram], 'histogram_quantiles(h, "a", time() / 60, 1)'), [
    '{a="0.0"} 0.5@0',
    '{a="0.5"} 1.189207115002721@30',
    '{a="1.0"} 2@0 2@30',
  ])
})

test('details: what is counted without a label has it no more, even where it would be the value', async () => {
  const lines = ['m{a="x",b="p"} 1 2', 'm{a="x",b="q"} 1 1']
  assert.deepEqual(await answer(lines, 'count_values without (b) ("b", m)'), ['{a="x"} 2@0 2@30'])
  assert.deepEqual(await answer(lines, 'count_values by (a) ("b", m)'), [
    '{a="x", b="1"} 2@0 1@30',
    '{a="x", b="2"} 1@30',
  ])
})

test('details: info takes what is named as info series are where names are only ruled out', async () => {
  const lines = [
    'm{job="j"} 1 2',
    'build_info{job="j",v="1"} 1 1',
    'target_info{job="j",w="2"} 1 1',
    'build{job="j",x="3"} 1 1',
  ]
  assert.deepEqual(await answer(lines, 'info(m, {__name__!="target_info"})', 1), ['m{job="j", v="1"} 1@0'])
  assert.deepEqual(
    await answer([...lines, 'h_info{job="k"} {{count:1}}'], 'info(m, {__name__=~"h_info|build_info"})', 1),
    ['m{job="j", v="1"} 1@0'],
  )
})

test('details: dates reach as far as the numbers do', async () => {
  assert.deepEqual(await answer([], 'year(vector(1e18))', 1), ['{} 31688740476@0'])
  assert.deepEqual(await answer([], 'day_of_month(vector(1e18))', 1), ['{} 23@0'])
  assert.deepEqual(await answer([], 'day_of_week(vector(1e18))', 1), ['{} 5@0'])
  assert.deepEqual(await answer([], 'day_of_year(vector(1e18))', 1), ['{} 297@0'])
  assert.deepEqual(await answer([], 'year(vector(-1e12))', 1), ['{} -29719@0'])
})

test('details: anchored and smoothed', async () => {
  const mixed = ['mix_total 1 {{schema:0 count:3 sum:2 buckets:[1 2]}} 5 6']
  assert.deepEqual(await answer(mixed, 'delta(mix_total[30s] anchored)', 4), [
    '{} 0@0',
    'PromQL warning: encountered a mix of histograms and floats for metric name "mix_total" (1:7)',
  ])
  // Of a counter that was reset between, the later histogram counts from zero.
  const reset = 'h_total {{schema:0 count:8 sum:8 buckets:[8]}} {{schema:0 count:4 sum:2 buckets:[4]}}'
  assert.deepEqual(await answer([reset], 'h_total smoothed offset 15s'), ['h_total {count:2, sum:1, (0.5,1]:2}@30'])
})
