import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type EntryCursor, negotiate, openBody, type Parser, type ParseOptions, ProtobufParser } from '#lib/exposition'
import { parseFloat64 } from '#lib/model'
import { formatOf, scrapeProtocols } from '#lib/scrape'
import { type Bytes, bytesOf, runClientCases } from './exposition-client.ts'
import { histogramJson } from './exposition-histogram.ts'
import type { Report } from './suite.ts'
import { compare } from './tally.ts'

type Json = Record<string, unknown>

/** The wire formats of metrics: server parsers, choice of parser, and what clients write. */
export async function run(folder: string, report: Report): Promise<void> {
  for (const kind of ['text', 'openmetrics', 'protobuf'] as const) runDocuments(folder, kind, report)
  for (const one of read(folder, 'errors.json') as ErrorCase[]) runError(one, report)
  for (const one of read(folder, 'content-type.json') as ContentTypeCase[]) runContentType(one, report)
  for (const one of read(folder, 'expfmt/negotiate.json') as NegotiateCase[]) runNegotiate(one, report)
  runClientCases((file) => read(folder, `expfmt/${file}`), report)
}

function read(folder: string, file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'))
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
  const cursor = openBody(format, bytesOf(input))
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
