import { parseDuration } from '#lib/model'
import { set, type RawPart } from './monitor-http.ts'
import type { SpecReader } from './spec-reader.ts'

/** Nobody may ask for more than one scrape a second. */
const SHORTEST_MS = 1000

/** When and how an endpoint is scraped. */
export function readScrape(spec: SpecReader): RawPart {
  const part: RawPart = {}
  set(part, 'scrape_interval', readInterval(spec, 'interval'))
  set(part, 'scrape_timeout', readInterval(spec, 'scrapeTimeout', 1))
  set(part, 'metrics_path', readPath(spec))
  set(part, 'params', readParams(spec))
  set(part, 'honor_labels', spec.boolean('honorLabels'))
  set(part, 'honor_timestamps', spec.boolean('honorTimestamps'))
  set(part, 'track_timestamps_staleness', spec.boolean('trackTimestampsStaleness'))
  return part
}

/** Limits and protocols, which stand at the monitor itself. */
export function readLimits(spec: SpecReader): RawPart {
  const part: RawPart = {}
  set(part, 'sample_limit', spec.count('sampleLimit'))
  set(part, 'target_limit', spec.count('targetLimit'))
  set(part, 'label_limit', spec.count('labelLimit'))
  set(part, 'label_name_length_limit', spec.count('labelNameLengthLimit'))
  set(part, 'label_value_length_limit', spec.count('labelValueLengthLimit'))
  set(part, 'keep_dropped_targets', spec.count('keepDroppedTargets'))
  set(part, 'body_size_limit', spec.text('bodySizeLimit'))
  const protocols = spec.texts('scrapeProtocols')
  if (protocols.length > 0) part.scrape_protocols = protocols
  set(part, 'fallback_scrape_protocol', spec.text('fallbackScrapeProtocol'))
  set(part, 'scrape_native_histograms', spec.boolean('scrapeNativeHistograms'))
  set(part, 'always_scrape_classic_histograms', spec.boolean('scrapeClassicHistograms'))
  set(part, 'convert_classic_histograms_to_nhcb', spec.boolean('convertClassicHistogramsToNHCB'))
  set(part, 'native_histogram_bucket_limit', spec.count('nativeHistogramBucketLimit'))
  set(part, 'native_histogram_min_bucket_factor', readFactor(spec))
  return part
}

/** The object has it as a quantity: a number, or a text. */
function readFactor(spec: SpecReader): number | undefined {
  const name = 'nativeHistogramMinBucketFactor'
  const value = spec.json[name]
  if (typeof value === 'number') return value
  const text = spec.text(name)
  if (text === '') return undefined
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  spec.problem('malformed', name, { expected: 'a number such as 1.1' })
  return undefined
}

function readInterval(spec: SpecReader, name: string, shortestMs = SHORTEST_MS): string {
  const text = spec.text(name)
  if (text === '') return ''
  const ms = durationOf(text)
  if (ms === undefined) spec.problem('malformed', name, { expected: 'a duration such as 30s or 1m' })
  else if (ms < shortestMs) spec.problem('refused', name, { why: `shorter than ${shortestMs / 1000}s` })
  return text
}

function durationOf(text: string): number | undefined {
  if (!/^[0-9a-z]{1,32}$/.test(text)) return undefined
  try {
    return parseDuration(text)
  } catch {
    // Its own message does not name the field: the caller does.
    return undefined
  }
}

function readPath(spec: SpecReader): string {
  const path = spec.text('path')
  return path === '' || path.startsWith('/') ? path : `/${path}`
}

function readParams(spec: SpecReader): RawPart | undefined {
  const object = spec.object('params')
  if (!object) return undefined
  const entries = spec.entries('params').map(([name]) => [name, object.texts(name)] as const)
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}
