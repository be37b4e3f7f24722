import {
  Engine,
  MemoryStorage,
  parseExpr,
  parseSeriesDescription,
  type Expr,
  type QueryResult,
  type SeriesValue,
} from '#lib/promql'
import { compileMatcherRegex } from '#lib/regex'
import { everything } from '#lib/storage'
import {
  almostEqual,
  compareSeries,
  isSorted,
  pointsAt,
  type ExpectedPoint,
  type ExpectedSeries,
} from './promql-compare.ts'
import { load } from './promql-load.ts'
import type { Command, EvalCommand, Expectation } from './promql-script.ts'
import { pinSelectors, usesAnyCall } from './promql-rewrite.ts'

/** The engine as the scripts want it. */
const engine = new Engine({ lookbackMs: 300_000, maxSamples: 10_000, timeoutMs: 100_000 })

/** How one `eval` went; a reason where it failed. */
export interface Outcome {
  readonly line: number
  readonly expr: string
  readonly failure: string | undefined
}

/** Runs the commands of a script one after the other. */
export async function* runCommands(commands: readonly Command[]): AsyncIterable<Outcome> {
  let storage = new MemoryStorage()
  for (const command of commands) {
    if (command.kind === 'clear') storage = new MemoryStorage()
    else if (command.kind === 'load') load(storage, command.stepMs, command.lines, command.withHistograms)
    else yield { line: command.line, expr: command.expr, failure: await judge(storage, command) }
  }
}

async function judge(storage: MemoryStorage, command: EvalCommand): Promise<string | undefined> {
  const fail = command.expectations.find(isFailure)
  let result: QueryResult
  try {
    result = await ask(storage, command.expr, command.startMs, command.endMs, command.stepMs)
  } catch (error) {
    const { message } = error as Error
    return fail ? matchText(fail, message) : `failed: ${(error as Error).stack}`
  }
  if (fail) return 'must fail'
  return (
    judgeAnnotations(command, result) ??
    judgeResult(command, result) ??
    (command.stepMs === 0 ? await judgeElsewhere(storage, command, result) : undefined)
  )
}

type TextExpectation = Extract<Expectation, { kind: 'fail' | 'warn' | 'info' }>

function isFailure(expectation: Expectation): expectation is TextExpectation {
  return expectation.kind === 'fail'
}

async function ask(
  storage: MemoryStorage,
  expr: string | Expr,
  startMs: number,
  endMs: number,
  stepMs: number,
): Promise<QueryResult> {
  using querier = storage.querier()
  return await engine.query(querier, { expr, startMs, endMs, stepMs, scope: everything })
}

function matchText(expectation: TextExpectation, text: string) {
  const { message, pattern } = expectation
  if (message !== undefined && message !== text)
    return `expected ${JSON.stringify(message)}, got ${JSON.stringify(text)}`
  if (pattern !== undefined && !compileMatcherRegex(`.*(?:${pattern}).*`).matches(text))
    return `${text} does not match ${pattern}`
  return undefined
}

function judgeAnnotations(command: EvalCommand, result: QueryResult): string | undefined {
  return (
    judgeKind(command.expectations, 'warn', result.warnings) ?? judgeKind(command.expectations, 'info', result.infos)
  )
}

function judgeKind(
  expectations: readonly Expectation[],
  kind: 'warn' | 'info',
  raw: readonly string[],
): string | undefined {
  const texts = raw.map((text) => text.replace(/ \(\d+:\d+\)$/, ''))
  if (expectations.some((expectation) => expectation.kind === `no_${kind}`) && texts.length > 0) {
    return `unexpected ${kind}: ${texts.join('; ')}`
  }
  const wanted = expectations.filter((expectation) => expectation.kind === kind) as TextExpectation[]
  if (wanted.length === 0) return undefined
  if (texts.length === 0) return `expected a ${kind}`
  const unmet = wanted.find((one) => texts.every((text) => matchText(one, text) !== undefined))
  if (unmet) return `no ${kind} ${unmet.message ?? unmet.pattern}; got ${texts.join('; ')}`
  const stray = texts.find((text) => wanted.every((one) => matchText(one, text) !== undefined))
  return stray === undefined ? undefined : `unexpected ${kind}: ${stray}`
}

function judgeResult(command: EvalCommand, result: QueryResult): string | undefined {
  const string = command.expectations.find((expectation) => expectation.kind === 'string')
  if (string) return result.string?.value === string.value ? undefined : `got ${JSON.stringify(result.string)}`
  const scalar = command.results.length > 0 ? plainNumber(command.results[0]) : undefined
  if (scalar !== undefined) return judgeScalar(scalar, result)
  if (result.type === 'scalar') return `got the scalar ${result.scalar?.value}`
  const ordered = command.expectations.some((expectation) => expectation.kind === 'ordered')
  const wrong = compareSeries(expectedSeries(command), result, ordered)
  if (wrong !== undefined) return wrong
  return result.type === 'matrix' && !isSorted(result.series) ? 'the series are not in order' : undefined
}

function judgeScalar(expected: number, result: QueryResult): string | undefined {
  if (!result.scalar) return `expected a scalar, got a ${result.type}`
  return almostEqual(expected, result.scalar.value) ? undefined : `expected ${expected}, got ${result.scalar.value}`
}

function plainNumber(line: string): number | undefined {
  return /^[+-]?(?:inf|nan|0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i.test(line) ? numberOf(line) : undefined
}

function numberOf(text: string): number {
  const inf = /^([+-]?)inf$/i.exec(text)
  if (inf) return inf[1] === '-' ? -Infinity : Infinity
  return Number(text)
}

function expectedSeries(command: EvalCommand): ExpectedSeries[] {
  const range = command.expectations.find((expectation) => expectation.kind === 'range')
  const startMs = range?.startMs ?? command.startMs
  const stepMs = range?.stepMs ?? command.stepMs
  return command.results.map((line) => {
    const { labels, values } = parseSeriesDescription(line)
    const statesHint = line.includes('counter_reset_hint')
    const points = values.map((value, i) => point(value, startMs + i * stepMs, statesHint))
    return { labels, points: points.filter((one) => one !== undefined) }
  })
}

const STALE = new Float64Array(new Uint32Array([2, 0x7ff00000]).buffer)

function point(value: SeriesValue, timeMs: number, statesHint: boolean): ExpectedPoint | undefined {
  if (value.kind === 'none') return undefined
  if (value.kind === 'histogram') return { timeMs, histogram: value.histogram, statesHint }
  return { timeMs, value: value.kind === 'stale' ? STALE[0] : value.value }
}

const TIME_CALLS = new Set(
  (
    'days_in_month day_of_month day_of_week day_of_year hour minute month year time timestamp predict_linear ' +
    'start end range step'
  ).split(' '),
)
const RANGE_CALLS = new Set(['start', 'end', 'range', 'step'])

/** An instant query must say the same with its selectors pinned, asked at other times, and as a range query. */
async function judgeElsewhere(
  storage: MemoryStorage,
  command: EvalCommand,
  result: QueryResult,
): Promise<string | undefined> {
  const expr = parseExpr(command.expr)
  const pinned = usesAnyCall(expr, TIME_CALLS) ? undefined : pinSelectors(expr, command.endMs)
  if (pinned && result.type !== 'string' && result.type !== 'matrix') {
    const t = command.endMs
    for (const time of t === 0 ? [-1000, 0, 1000] : [-10 * t, 0, Math.trunc(t / 5), t, 10 * t]) {
      const moved = { ...command, startMs: time, endMs: time }
      const again = await ask(storage, pinned, time, time, 0)
      const wrong = judgeResult(moved, again)
      if (wrong !== undefined) return `pinned and asked at ${time}: ${wrong}`
    }
  }
  if (result.type !== 'vector' || usesAnyCall(expr, RANGE_CALLS)) return undefined
  return await judgeAsRange(storage, command, result)
}

async function judgeAsRange(
  storage: MemoryStorage,
  command: EvalCommand,
  instant: QueryResult,
): Promise<string | undefined> {
  const t = command.endMs
  let result: QueryResult
  try {
    result = await ask(storage, command.expr, t - 60_000, t + 60_000, 60_000)
  } catch (error) {
    return `as a range query: ${(error as Error).message}`
  }
  if (!isSorted(result.series)) return 'as a range query: the series are not in order'
  if (command.expectations.some((expectation) => expectation.kind === 'ordered')) return undefined
  const points = pointsAt(result, t)
  const wrong = compareSeries(points, instant, false)
  return wrong === undefined ? undefined : `as a range query: ${wrong}`
}
