import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type EntryCursor,
  type FamilyType,
  type Metric,
  type MetricFamily,
  negotiate,
  openBody,
  type Parser,
  type ParseOptions,
  ProtobufParser,
  writeOpenMetrics,
  writeText,
} from '#lib/exposition'
import { parseFloat64 } from '#lib/model'
import { formatOf, scrapeProtocols } from '#lib/scrape'
import { histogramJson } from './exposition-histogram.ts'
import type { Report } from './suite.ts'
import { compare } from './tally.ts'

type Json = Record<string, unknown>
type Bytes = string | { readonly base64: string }

/** The wire formats of metrics: server parsers, choice of parser, and what clients write. */
export async function run(folder: string, report: Report): Promise<void> {
  for (const kind of ['text', 'openmetrics', 'protobuf'] as const) runDocuments(folder, kind, report)
  for (const one of read(folder, 'errors.json') as ErrorCase[]) runError(one, report)
  for (const one of read(folder, 'content-type.json') as ContentTypeCase[]) runContentType(one, report)
  for (const one of read(folder, 'expfmt/negotiate.json') as NegotiateCase[]) runNegotiate(one, report)
  for (const one of read(folder, 'expfmt/client-text-create.json') as CreateCase[]) runCreate(one, writeText, report)
  for (const one of read(folder, 'expfmt/client-openmetrics-create.json') as CreateCase[]) {
    runCreate(one, writeOpenMetrics, report)
  }
  skipAll(folder, 'expfmt/client-create-errors.json', 'the family type cannot hold what these refuse', report)
  for (const file of ['expfmt/client-text-parse.json', 'expfmt/client-text-parse-errors.json']) {
    skipAll(folder, file, 'the client-side reader, which assembles families, is not built', report)
  }
}

function read(folder: string, file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'))
}

function skipAll(folder: string, file: string, reason: string, report: Report): void {
  for (const { id } of read(folder, file) as { id: string }[]) report.skip(id, reason)
}

interface Scenario {
  readonly options: Readonly<Record<string, boolean>>
  readonly entries: readonly Json[]
  readonly note?: string
}

const extensions = { text: 'txt', openmetrics: 'om', protobuf: 'pb' } as const

function runDocuments(folder: string, kind: keyof typeof extensions, report: Report): void {
  for (const file of readdirSync(join(folder, kind)).filter((name) => name.endsWith('.json'))) {
    const body = readFileSync(join(folder, kind, file.replace(/json$/, extensions[kind])))
    const { scenarios } = read(folder, `${kind}/${file}`) as { scenarios: Scenario[] }
    for (const [i, scenario] of scenarios.entries()) runScenario(`${kind}/${file} ${i}`, kind, body, scenario, report)
  }
}

function runScenario(
  id: string,
  kind: keyof typeof extensions,
  body: Buffer,
  scenario: Scenario,
  report: Report,
): void {
  const fields = scenario.note ? ['kind', 'raw', 'start_timestamp_ms'] : undefined
  const expected = scenario.entries.map((entry) => picked(fields, expectedEntry(entry)))
  const cursor = openBody(kind, body, parseOptions(scenario))
  const actual = entriesOf(cursor).map((entry) => picked(fields, entry))
  compare(report, id, { entries: expected, err: '' }, { entries: actual, err: cursor.err })
}

function parseOptions({ options, entries }: Scenario): ParseOptions {
  // Whoever asks upstream for the start of one series gets no `_created` series from then on, whatever the option says.
  const isAsked = entries.some((entry) => entry.start_timestamp_ms)
  return {
    typeAndUnitLabels: options.enable_type_and_unit_labels,
    skipCreated: options.skip_created_series || isAsked,
    ignoreNative: options.ignore_native_histograms,
    keepClassic: options.always_scrape_classic_histograms,
    convertClassic: options.convert_classic_histograms_to_nhcb,
  }
}

function picked(fields: readonly string[] | undefined, entry: Json): Json {
  return fields ? Object.fromEntries(Object.entries(entry).filter(([name]) => fields.includes(name))) : entry
}

function expectedEntry(entry: Json): Json {
  if (entry.kind !== 'series' && entry.kind !== 'histogram') return entry
  const { value, labels, exemplars, ...rest } = entry as Json & { labels?: Json; exemplars?: Json[] }
  const kept = Object.entries(labels ?? {}).filter(([, text]) => text !== '')
  return {
    ...rest,
    ...(entry.kind === 'series' ? { value: parseFloat64(String(value ?? 'NaN')) } : {}),
    labels: Object.fromEntries(kept),
    exemplars: (exemplars ?? []).map((exemplar) => ({
      labels: exemplar.labels,
      value: parseFloat64(String(exemplar.value)),
      timestamp_ms: exemplar.timestamp_ms,
    })),
  }
}

function entriesOf(cursor: EntryCursor): Json[] {
  const entries: Json[] = []
  while (cursor.next()) entries.push(entryOf(cursor))
  return entries
}

function entryOf(cursor: EntryCursor): Json {
  const { kind } = cursor
  if (kind === 'series' || kind === 'histogram') return sampleOf(cursor)
  if (kind === 'comment') return { kind, text: cursor.text }
  if (kind === 'type') return { kind, metric: cursor.name, type: cursor.type }
  return { kind, metric: cursor.name, [kind]: cursor.text }
}

function sampleOf(cursor: EntryCursor): Json {
  return {
    kind: cursor.kind,
    ...(cursor instanceof ProtobufParser ? {} : { raw: (cursor as Parser).seriesText() }),
    ...(cursor.histogram ? histogramJson(cursor.histogram) : { value: cursor.value }),
    labels: cursor.labels().toJSON(),
    timestamp_ms: cursor.hasTimestamp ? cursor.timestampMs : null,
    start_timestamp_ms: cursor.startMs() || null,
    exemplars: cursor.exemplars().map(({ labels, value, timestampMs }) => ({
      labels: labels.toJSON(),
      value,
      timestamp_ms: timestampMs ?? null,
    })),
  }
}

interface ErrorCase {
  readonly id: string
  readonly format: keyof typeof extensions
  readonly input: Bytes
  readonly error?: string | null
}

function runError({ id, format, input, error }: ErrorCase, report: Report): void {
  const cursor = openBody(format, typeof input === 'string' ? Buffer.from(input) : Buffer.from(input.base64, 'base64'))
  entriesOf(cursor)
  if ((cursor.err === '') === (error === null)) report.pass(id)
  else report.fail(id, error ?? 'accepted', cursor.err)
}

interface ContentTypeCase {
  readonly id: string
  readonly content_type: string
  readonly fallback_scrape_protocol: string | null
  readonly parser: string | null
  readonly error_contains: string | null
}

/** The cases spell `OpenMetricsText0_0_1`, configuration files `OpenMetricsText0.0.1`. */
function bare(protocol: string): string {
  return protocol.replaceAll(/[._]/g, '')
}

function runContentType(one: ContentTypeCase, report: Report): void {
  const wanted = one.fallback_scrape_protocol
  const fallback = wanted === null ? undefined : scrapeProtocols.find((name) => bare(name) === bare(wanted))
  const { format = null, warning } = formatOf(one.content_type, fallback)
  const isRightText = one.error_contains === null ? warning === '' : warning.includes(one.error_contains)
  compare(report, one.id, [one.parser, one.error_contains], [format, isRightText ? one.error_contains : warning])
}

interface NegotiateCase {
  readonly id: string
  readonly server_offers_openmetrics: boolean
  readonly server_default_escaping: 'underscores' | 'values'
  readonly accept: string
  readonly content_type: string
}

function runNegotiate(one: NegotiateCase, report: Report): void {
  const { contentType } = negotiate(one.accept, {
    openMetrics: one.server_offers_openmetrics,
    protobuf: true,
    defaultEscaping: one.server_default_escaping,
  })
  compare(report, one.id, one.content_type, contentType)
}

interface CreateCase {
  readonly id: string
  readonly family: Json & { readonly name: string; readonly metric: readonly Json[] }
  readonly options?: readonly string[]
  readonly output: string
}

function runCreate(one: CreateCase, write: typeof writeText, report: Report): void {
  const family = familyOf(one.family, new Set(one.options))
  const text = Buffer.from(write([family])).toString()
  compare(report, one.id, one.output, text.replace(/# EOF\n$/, ''))
}

const familyTypes: Readonly<Record<string, FamilyType>> = {
  COUNTER: 'counter',
  GAUGE: 'gauge',
  SUMMARY: 'summary',
  UNTYPED: 'unknown',
  HISTOGRAM: 'histogram',
  GAUGE_HISTOGRAM: 'gaugehistogram',
}

/** A family as protobuf has it, in the lines that our producers hand over. */
function familyOf(source: CreateCase['family'], options: ReadonlySet<string>): MetricFamily {
  const type = familyTypes[String(source.type ?? 'COUNTER')]
  const metrics = source.metric.flatMap((metric) => metricsOf(metric, options))
  return { name: source.name, help: String(source.help ?? ''), type, unit: source.unit as string | undefined, metrics }
}

function metricsOf(metric: Json, options: ReadonlySet<string>): Metric[] {
  const labels = ((metric.label ?? []) as [string, string][]).flat()
  const timestampMs = metric.timestamp_ms as number | undefined
  const plain = (metric.counter ?? metric.gauge ?? metric.untyped) as Json | undefined
  const lines = plain
    ? [{ labels, value: parseFloat64(String(plain.value)), exemplar: exemplarOf(plain.exemplar) }]
    : compound((metric.summary ?? metric.histogram) as Json, labels)
  const started = (plain ?? metric.summary ?? metric.histogram) as { start_timestamp?: Time }
  const created = options.has('WithCreatedLines') && started.start_timestamp
  const all = created ? [...lines, { suffix: '_created', labels, value: secondsOf(created) }] : lines
  return all.map((line) => Object.assign(line, { timestampMs }))
}

function compound(source: Json, labels: string[]): Metric[] {
  const count = Number(source.sample_count_float ?? source.sample_count)
  const quantiles = (source.quantile ?? []) as Json[]
  const lines: Metric[] = quantiles.map(({ quantile, value }) => ({
    labels: [...labels, 'quantile', String(quantile)],
    value: parseFloat64(String(value ?? 'NaN')),
  }))
  for (const bucket of bucketsOf(source, count)) {
    const value = Number(bucket.cumulative_count_float ?? bucket.cumulative_count)
    const le = String(bucket.upper_bound)
    lines.push({ suffix: '_bucket', labels: [...labels, 'le', le], value, exemplar: exemplarOf(bucket.exemplar) })
  }
  lines.push(
    { suffix: '_sum', labels, value: parseFloat64(String(source.sample_sum)) },
    { suffix: '_count', labels, value: count },
  )
  return lines
}

function bucketsOf(source: Json, count: number): Json[] {
  const buckets = source.bucket as Json[] | undefined
  if (!buckets || buckets.at(-1)?.upper_bound === '+Inf') return buckets ?? []
  return [...buckets, { upper_bound: '+Inf', cumulative_count: count }]
}

interface Time {
  readonly seconds: number
  readonly nanos: number
}

function exemplarOf(source: unknown): Metric['exemplar'] {
  const exemplar = source as { label: [string, string][]; value: string; timestamp?: Time } | undefined
  if (!exemplar) return undefined
  const timestampMs = exemplar.timestamp && secondsOf(exemplar.timestamp) * 1000
  return { labels: exemplar.label.flat(), value: parseFloat64(exemplar.value), timestampMs }
}

function secondsOf({ seconds, nanos }: Time): number {
  return seconds + nanos / 1e9
}
