import {
  type AssembledFamily,
  type AssembledMetric,
  type AssembledValue,
  FamilyError,
  type FamilyType,
  linesOfFamily,
  type MetricExemplar,
  readFamilies,
  writeOpenMetrics,
  writeText,
} from '#lib/exposition'
import { parseFloat64 } from '#lib/model'
import type { Report } from './suite.ts'
import { compare } from './tally.ts'

type Json = Record<string, unknown>

/** Text, or what is no text. */
export type Bytes = string | { readonly base64: string }

/** The bytes of an input. */
export function bytesOf(input: Bytes): Uint8Array {
  return typeof input === 'string' ? Buffer.from(input) : Buffer.from(input.base64, 'base64')
}

/** What client libraries write and read: families, whose metrics are whole. */
export function runClientCases(read: (file: string) => unknown, report: Report): void {
  for (const one of read('client-text-create.json') as CreateCase[]) runCreate(one, 'text', report)
  for (const one of read('client-openmetrics-create.json') as CreateCase[]) runCreate(one, 'openmetrics', report)
  for (const one of read('client-create-errors.json') as CreateErrorCase[]) runCreateError(one, report)
  for (const one of read('client-text-parse.json') as ParseCase[]) runParse(one, report)
  for (const one of read('client-text-parse-errors.json') as ParseErrorCase[]) runParseError(one, report)
}

interface FamilyJson extends Json {
  readonly name: string
  readonly metric: readonly Json[]
}

interface CreateCase {
  readonly id: string
  readonly family: FamilyJson
  readonly options?: readonly string[]
  readonly output: string
}

function runCreate({ id, family, options, output }: CreateCase, format: 'text' | 'openmetrics', report: Report): void {
  const lines = linesOfFamily(familyOf(family), { format, created: options?.includes('WithCreatedLines') })
  const bytes = format === 'text' ? writeText([lines]) : writeOpenMetrics([lines])
  const text = Buffer.from(bytes).toString()
  compare(report, id, output, text.replace(/# EOF\n$/, ''))
}

interface CreateErrorCase {
  readonly id: string
  readonly format: 'text' | 'openmetrics'
  readonly family: FamilyJson
  readonly error_contains: string
}

function runCreateError({ id, format, family, error_contains }: CreateErrorCase, report: Report): void {
  let error = 'written'
  try {
    linesOfFamily(familyOf(family), { format })
  } catch (thrown) {
    if (!(thrown instanceof FamilyError)) throw thrown
    error = thrown.message
  }
  if (error.includes(error_contains)) report.pass(id)
  else report.fail(id, error_contains, error)
}

interface ParseCase {
  readonly id: string
  readonly input: Bytes
  readonly families: readonly FamilyJson[]
}

function runParse({ id, input, families }: ParseCase, report: Report): void {
  const { families: actual, err } = readFamilies(bytesOf(input))
  const expected = families.map((family) => plain(familyOf({ help: '', ...family })))
  compare(report, id, { families: byName(expected), err: '' }, { families: byName(actual.map(plain)), err })
}

/** What stands in a family, without what does not. */
function plain(family: AssembledFamily): AssembledFamily {
  const metrics = family.metrics.map(({ value, ...rest }) => ({ ...present(rest), value: present(value) }))
  return { ...present(family), metrics }
}

function present<T extends object>(from: T): T {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as T
}

function byName(families: readonly AssembledFamily[]): AssembledFamily[] {
  return families.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

interface ParseErrorCase {
  readonly id: string
  readonly input: Bytes
  readonly utf8_error_prefix: string | null
  readonly legacy_error_prefix: string | null
}

function runParseError({ id, input, utf8_error_prefix, legacy_error_prefix }: ParseErrorCase, report: Report): void {
  const utf8 = readFamilies(bytesOf(input)).err
  const legacy = readFamilies(bytesOf(input), { legacyNames: true }).err
  const isRight = (utf8 === '') === (utf8_error_prefix === null) && (legacy === '') === (legacy_error_prefix === null)
  if (isRight) report.pass(id)
  else report.fail(id, [utf8_error_prefix, legacy_error_prefix], [utf8, legacy])
}

const familyTypes: Readonly<Record<string, FamilyType>> = {
  COUNTER: 'counter',
  GAUGE: 'gauge',
  SUMMARY: 'summary',
  UNTYPED: 'unknown',
  HISTOGRAM: 'histogram',
  GAUGE_HISTOGRAM: 'gaugehistogram',
}

/** A family as protobuf has it. */
function familyOf({ name, help, type, unit, metric }: FamilyJson): AssembledFamily {
  return {
    name,
    help: String(help ?? ''),
    type: familyTypes[String(type ?? 'COUNTER')],
    unit: unit as string | undefined,
    metrics: metric.map(metricOf),
  }
}

function metricOf(metric: Json): AssembledMetric {
  const labels = ((metric.label ?? []) as [string, string][]).flat()
  return { labels, timestampMs: metric.timestamp_ms as number | undefined, value: valueOf(metric) }
}

function valueOf({ counter, gauge, untyped, summary, histogram }: Json): AssembledValue {
  const number = (counter ?? gauge ?? untyped) as Json | undefined
  const compound = (number ?? summary ?? histogram) as Json
  const started = compound.start_timestamp as Time | undefined
  const created = { createdSeconds: started && secondsOf(started) }
  if (number) {
    const kind = counter ? 'counter' : gauge ? 'gauge' : 'unknown'
    return { kind, value: parseFloat64(String(number.value)), exemplar: exemplarOf(number.exemplar), ...created }
  }
  const sum = compound.sample_sum === undefined ? undefined : parseFloat64(String(compound.sample_sum))
  const counted = compound.sample_count_float ?? compound.sample_count
  const count = counted === undefined ? undefined : Number(counted)
  if (summary) {
    const quantiles = ((compound.quantile ?? []) as Json[]).map(({ quantile, value }) => ({
      quantile: parseFloat64(String(quantile)),
      value: parseFloat64(String(value ?? 'NaN')),
    }))
    return { kind: 'summary', count, sum, quantiles, ...created }
  }
  const isFloat = compound.sample_count_float !== undefined
  const buckets = ((compound.bucket ?? []) as Json[]).map((bucket) =>
    present({
      bound: parseFloat64(String(bucket.upper_bound)),
      count: Number(bucket.cumulative_count_float ?? bucket.cumulative_count),
      exemplar: exemplarOf(bucket.exemplar),
    }),
  )
  return { kind: 'histogram', isFloat, count, sum, buckets, ...created }
}

interface Time {
  readonly seconds: number
  readonly nanos: number
}

function exemplarOf(source: unknown): MetricExemplar | undefined {
  const exemplar = source as { label: [string, string][]; value: string; timestamp?: Time } | undefined
  if (!exemplar) return undefined
  const timestampMs = exemplar.timestamp && secondsOf(exemplar.timestamp) * 1000
  return { labels: exemplar.label.flat(), value: parseFloat64(exemplar.value), timestampMs }
}

function secondsOf({ seconds, nanos }: Time): number {
  return seconds + nanos / 1e9
}
