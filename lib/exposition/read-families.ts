import type { AssembledFamily, AssembledMetric, AssembledValue } from './assembled-family.ts'
import type { FamilyType } from './family.ts'
import { parseFloatText } from './parse-float.ts'
import { StrictTextParser, type StrictOptions } from './strict-text-parser.ts'

/** What a body holds, or why it is refused. */
export interface ReadFamilies {
  readonly families: readonly AssembledFamily[]
  /** `line 3, column 7: …`, or empty. */
  readonly err: string
}

/** Reads a body in the text format whole, as client libraries do: families with their metrics put together. */
export function readFamilies(body: Uint8Array, options: StrictOptions = {}): ReadFamilies {
  const parser = new StrictTextParser(body, options)
  const reader = new FamilyReader()
  while (parser.next()) {
    const mistake = reader.take(parser)
    if (mistake === '') continue
    const line = body.subarray(0, parser.pos).filter((byte) => byte === 0x0a).length
    return { families: [], err: `line ${line}: ${mistake}` }
  }
  return parser.err === '' ? { families: reader.families(), err: '' } : { families: [], err: parser.err }
}

type Compound = 'summary' | 'histogram'

interface OpenFamily {
  readonly name: string
  help: string | undefined
  type: FamilyType | undefined
  readonly metrics: OpenMetric[]
  /** Of summaries and histograms: by their labels. */
  readonly byLabels: Map<string, OpenMetric>
}

interface OpenMetric {
  readonly labels: readonly string[]
  timestampMs: number | undefined
  value: number
  count: number | undefined
  sum: number | undefined
  isFloat: boolean
  /** Quantile or bound, and value. */
  readonly parts: [number, number][]
}

class FamilyReader {
  readonly #families = new Map<string, OpenFamily>()

  families(): AssembledFamily[] {
    const filled = [...this.#families.values()].filter(({ metrics }) => metrics.length > 0)
    return filled.map(({ name, help = '', type = 'unknown', metrics }) => ({
      name,
      help,
      type,
      metrics: metrics.map((metric) => assembled(metric, type)),
    }))
  }

  /** Takes the parser's entry; what is wrong with it, or ''. */
  take(parser: StrictTextParser): string {
    if (parser.kind === 'series') return this.#sample(parser)
    if (parser.kind === 'help' && parser.text !== '') return this.#help(this.#open(parser.name), parser.text)
    return parser.kind === 'type' ? this.#type(this.#open(parser.name), parser.type) : ''
  }

  #open(name: string): OpenFamily {
    let family = this.#families.get(name)
    if (!family) {
      family = { name, help: undefined, type: undefined, metrics: [], byLabels: new Map() }
      this.#families.set(name, family)
    }
    return family
  }

  #help(family: OpenFamily, text: string): string {
    if (family.help !== undefined) return `second HELP line for metric name ${JSON.stringify(family.name)}`
    family.help = text
    return ''
  }

  #type(family: OpenFamily, type: FamilyType): string {
    if (family.type !== undefined) {
      return `second TYPE line for metric name ${JSON.stringify(family.name)}, or TYPE reported after samples`
    }
    family.type = type
    return ''
  }

  #sample(parser: StrictTextParser): string {
    const family = this.#familyOf(parser.name)
    family.type ??= 'unknown'
    const compound = compoundOf(family.type)
    if (compound) return this.#compound(family, parser, compound)
    const metric = newMetric(parser.pairs)
    metric.value = parser.value
    if (parser.hasTimestamp) metric.timestampMs = parser.timestampMs
    family.metrics.push(metric)
    return ''
  }

  /** The family of a series: its own name, or that of the summary or histogram whose part it is. */
  #familyOf(name: string): OpenFamily {
    const own = this.#families.get(name)
    if (own) return own
    const [, base, suffix] = /^(.+)_(count|sum|bucket)$/s.exec(name) ?? []
    const around = base === undefined ? undefined : this.#families.get(base)
    const compound = compoundOf(around?.type)
    if (around && compound && (suffix !== 'bucket' || compound === 'histogram')) return around
    return this.#open(name)
  }

  #compound(family: OpenFamily, parser: StrictTextParser, compound: Compound): string {
    const boundName = compound === 'summary' ? 'quantile' : 'le'
    const { labels, bound } = splitBound(parser.pairs, boundName)
    const at = bound === undefined ? Number.NaN : parseFloatText(bound)
    if (at === undefined) return `expected float as value for '${boundName}' label, got ${JSON.stringify(bound)}`
    const metric = metricOf(family, labels)
    if (parser.hasTimestamp) metric.timestampMs = parser.timestampMs
    const suffix = parser.name.slice(family.name.length)
    const { value } = parser
    if (suffix === '_sum') metric.sum = value
    else if (suffix === '_count') metric.count = value
    else if (at === at) metric.parts.push([at, value])
    if (compound === 'summary' || suffix === '_sum') return ''
    if (!Number.isInteger(value)) metric.isFloat = true
    if (value >= 0) return ''
    const what = suffix === '_count' ? 'negative count' : 'negative bucket population'
    return `${what} for histogram ${JSON.stringify(family.name)}`
  }
}

function compoundOf(type: FamilyType | undefined): Compound | undefined {
  if (type === 'summary') return 'summary'
  return type === 'histogram' || type === 'gaugehistogram' ? 'histogram' : undefined
}

function splitBound(pairs: readonly string[], name: string): { labels: string[]; bound: string | undefined } {
  const labels: string[] = []
  let bound: string | undefined
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i] === name) bound = pairs[i + 1]
    else labels.push(pairs[i], pairs[i + 1])
  }
  return { labels, bound }
}

function newMetric(labels: readonly string[]): OpenMetric {
  const empty = { count: undefined, sum: undefined, timestampMs: undefined }
  return { labels, ...empty, value: 0, isFloat: false, parts: [] }
}

/** The metric with these labels, in whatever order. */
function metricOf(family: OpenFamily, labels: readonly string[]): OpenMetric {
  const entries: string[] = []
  for (let i = 0; i < labels.length; i += 2) entries.push(JSON.stringify([labels[i], labels[i + 1]]))
  const key = entries.sort().join()
  let metric = family.byLabels.get(key)
  if (!metric) {
    family.byLabels.set(key, (metric = newMetric(labels)))
    family.metrics.push(metric)
  }
  return metric
}

function assembled(metric: OpenMetric, type: FamilyType): AssembledMetric {
  const { labels, timestampMs } = metric
  return { labels, timestampMs, value: valueOf(metric, type) }
}

function valueOf({ value, count, sum, isFloat, parts }: OpenMetric, type: FamilyType): AssembledValue {
  const compound = compoundOf(type)
  if (compound === 'summary') {
    return { kind: 'summary', count, sum, quantiles: parts.map(([quantile, q]) => ({ quantile, value: q })) }
  }
  if (compound === 'histogram') {
    return { kind: 'histogram', isFloat, count, sum, buckets: parts.map(([bound, n]) => ({ bound, count: n })) }
  }
  return { kind: type === 'counter' || type === 'gauge' ? type : 'unknown', value }
}
