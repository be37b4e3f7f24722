import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Labels } from '#lib/model'
import { everything } from '#lib/storage'
import { Engine } from './engine.ts'
import { MemoryStorage } from './memory-storage.ts'
import { parseExpr } from './parser.ts'
import { prettifyExpr } from './prettifier.ts'
import { printExpr } from './printer.ts'
import { QueryError } from './query-error.ts'

/** A million and another start: `PROMQL_FUZZ_RUNS=1000000 PROMQL_FUZZ_SEED=7`. */
const RUNS = Number(process.env.PROMQL_FUZZ_RUNS ?? 20_000)
const SEED = Number(process.env.PROMQL_FUZZ_SEED ?? 1)
/** No query of these may take nearly as long; a busy machine may. */
const SLOW_MS = 5000

const corpus = [
  'sum by (job, instance) (rate(x_total{a=~"p|q",b!=""}[5m] offset 1m)) / on (job) group_left (v) info_x * 100',
  'histogram_quantile(0.9, sum without (pod) (rate(h_bucket[2m:30s] @ end())))',
  'label_replace(x_total, "c", "$1-${n}", "a", "(?P<n>.+)") or vector(scalar(y)) unless ignoring (a) (z > bool 2)',
  'topk by (a) (2, abs(y)) and on () absent(nothing{a="p"}) or count_values("v", y)',
  'max_over_time(deriv(y[1m])[10m:1m] offset -2m) - predict_linear(y[3m], 60 * 5) ^ -2 % 1e3',
  'quantile_over_time(scalar(y), y[1m]) atan2 clamp(y, -Inf, +Inf) == bool NaN',
  'x_total + fill (0) y anchored or rate(x_total[5m * 2] smoothed) + limit_ratio(-0.5, y) + limitk(1, y)',
  'sort_desc(sum({__name__=~"x.*|y","odd label"!~"[^a-c]\\\\d+"}) by ("odd label")) < 5m + 0x1F + 1_000',
  'avg(stddev_over_time(y[100s])) + time() - day_of_week() + pi() * minute(vector(1e9)) + histogram_sum(h)',
  "changes({'y', a='p'}[1h]) # a remark\n+ `raw` ",
  'group(info(y, {a=~".+"})) + step() + min_of(1, 2) + max_of(start(), end() - range())',
  'irate(x_total[90s] @ 100.5) * ignoring (a, b) group_right () -(+y) offset (step() / 2)',
]

const pieces =
  'sum avg rate topk by without on ignoring group_left group_right bool offset @ start end ( ) [ ] { } , : = != =~ !~ == < > <= >= + - * / % ^ and or unless atan2 fill anchored smoothed x_total y h 1 0 -1 5m 1h30m 0x1f 1e309 NaN Inf "a" \'b\' `c` "(a+)+$" "\\x" # \n é \u0000 \ud800 __name__ step() range() max_of'.split(
    ' ',
  )

/** A small generator of random numbers (xorshift), so that a run can be had again by its seed. */
class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1
  }

  below(n: number): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x >>> 0
    return this.#state % n
  }

  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)]
  }
}

/** One change of a text: a piece put in, a part taken out, doubled, swapped with another's, or a letter changed. */
function mutated(text: string, random: Random): string {
  const at = random.below(text.length + 1)
  const length = 1 + random.below(12)
  switch (random.below(6)) {
    case 0:
      return `${text.slice(0, at)} ${random.of(pieces)} ${text.slice(at)}`
    case 1:
      return text.slice(0, at) + text.slice(at + length)
    case 2:
      return text.slice(0, at + length) + text.slice(at)
    case 3: {
      const other = random.of(corpus)
      return text.slice(0, at) + other.slice(random.below(other.length))
    }
    case 4:
      return text.slice(0, at) + String.fromCharCode(random.below(128)) + text.slice(at + 1)
    default:
      return `(${text}) ${random.of(['+', '/', 'and', 'or', '>', '^'])} (${random.of(corpus)})`
  }
}

/** Infinity is printed with a plus, which reads as a sign before a power: `+Inf ^ a`. The sign changes nothing. */
function unsigned(text: string): string {
  return text.replaceAll(/\++Inf/g, 'Inf')
}

function storage(): MemoryStorage {
  const into = new MemoryStorage()
  for (const [i, name] of ['x_total', 'y', 'z', 'h_bucket', 'info_x'].entries()) {
    for (const a of ['p', 'q']) {
      for (let k = 0; k < 20; k++) {
        const labels = Labels.from({ __name__: name, a, job: 'j', le: name === 'h_bucket' ? String(i) : '' })
        into.add(labels, k * 15_000, k % 7 === 6 ? NaN : k * (i + 1))
      }
    }
  }
  return into
}

test('promql: no random or mutated text crashes or hangs the parser, the printers or the engine', async () => {
  const random = new Random(SEED)
  const engine = new Engine({ maxSamples: 20_000, maxBytes: 16 * 2 ** 20, timeoutMs: 2000 })
  const store = storage()
  let [parsed, answered] = [0, 0]
  for (let run = 0; run < RUNS; run++) {
    let text = random.of(corpus)
    for (let times = random.below(4); times > 0 && text.length < 2000; times--) text = mutated(text, random)
    const started = performance.now()
    try {
      const expr = parseExpr(text)
      parsed++
      const printed = printExpr(expr)
      assert.equal(unsigned(printExpr(parseExpr(printed))), unsigned(printed))
      assert.equal(unsigned(printExpr(parseExpr(prettifyExpr(expr)))), unsigned(printed))
      using querier = store.querier()
      const times = { startMs: 60_000, endMs: 240_000, stepMs: run % 3 === 0 ? 0 : 30_000 }
      await engine.query(querier, { expr: text, ...times, scope: everything })
      answered++
    } catch (error) {
      if (!(error instanceof QueryError))
        throw new Error(`run ${run} of seed ${SEED}: ${JSON.stringify(text)}`, { cause: error })
    }
    const took = performance.now() - started
    assert.ok(took < SLOW_MS, `${JSON.stringify(text)} took ${took} ms`)
  }
  assert.ok(parsed > RUNS / 10 && answered > RUNS / 20, `${parsed} parsed and ${answered} answered of ${RUNS}`)
})

test('promql: expressions that blow up elsewhere are matched in linear time', async () => {
  const into = new MemoryStorage()
  for (let i = 0; i < 50; i++) into.add(Labels.from({ __name__: 'm', a: `${'a'.repeat(5000)}${i}!` }), 0, i)
  using querier = into.querier()
  const started = performance.now()
  for (const pattern of ['(a+)+$', '(a*)*b', '(a|a)*c', '(.*a){20}x', '([a-z]+)*[0-9]b']) {
    const expr = `count(m{a=~"${pattern}"}) or vector(0)`
    const { series } = await new Engine().query(querier, { expr, startMs: 0, endMs: 0, stepMs: 0, scope: everything })
    assert.equal(series[0].values[0], 0)
  }
  assert.ok(performance.now() - started < SLOW_MS)
})
