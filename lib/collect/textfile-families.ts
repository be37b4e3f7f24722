import { compareUtf8 } from '#lib/bytes'
import { parseFloatText, TextParser, type FamilyType, type Metric, type MetricFamily } from '#lib/exposition'
import type { ReadResult } from './probe.ts'

/** The families of one file, as it has them. */
export interface TextFile {
  readonly path: string
  readonly changedSeconds: number
  readonly families: ReadonlyMap<string, TextFamily>
}

interface TextFamily {
  readonly name: string
  help: string | undefined
  type: FamilyType
  readonly metrics: Metric[]
}

/** Reads a file's families; `undefined` where it is not valid or sets times of its own, which a scrape would refuse. */
export function parseTextFamilies(path: string, { text, changedSeconds }: ReadResult): TextFile | undefined {
  const families = new Map<string, TextFamily>()
  const parser = new TextParser(Buffer.from(text))
  while (parser.next()) {
    if (parser.hasTimestamp && parser.kind === 'series') return undefined
    if (parser.kind === 'series') addSeries(families, parser)
    if (parser.kind === 'help') familyOf(families, parser.name).help ??= parser.text || undefined
    if (parser.kind === 'type') familyOf(families, parser.name).type = parser.type
  }
  return parser.err === '' ? { path, changedSeconds, families } : undefined
}

function familyOf(families: Map<string, TextFamily>, name: string): TextFamily {
  let family = families.get(name)
  if (family === undefined) families.set(name, (family = { name, help: undefined, type: 'unknown', metrics: [] }))
  return family
}

const suffixes: readonly [suffix: string, types: readonly FamilyType[]][] = [
  ['_bucket', ['histogram']],
  ['_sum', ['histogram', 'summary']],
  ['_count', ['histogram', 'summary']],
]

function addSeries(families: Map<string, TextFamily>, parser: TextParser): void {
  for (const [suffix, types] of suffixes) {
    const family = parser.name.endsWith(suffix) ? families.get(parser.name.slice(0, -suffix.length)) : undefined
    if (family === undefined || !types.includes(family.type)) continue
    family.metrics.push({ suffix, labels: parser.pairs, value: parser.value })
    return
  }
  familyOf(families, parser.name).metrics.push({ labels: parser.pairs, value: parser.value })
}

/**
 * Joins families of one name from several files. The first help counts; a family whose help differs from it is left
 * out. A family without help is described by its files, and every line gets all labels of its family.
 */
export function mergeTextFamilies(files: readonly TextFile[]): { families: MetricFamily[]; isConsistent: boolean } {
  const byName = new Map<string, TextFamily & { paths: string[] }>()
  let isConsistent = true
  for (const { path, families } of files) {
    for (const family of families.values()) {
      if (family.metrics.length === 0) continue
      const known = byName.get(family.name)
      if (known === undefined) {
        byName.set(family.name, { ...family, metrics: [...family.metrics], paths: [path] })
      } else if (known.type !== family.type || (known.help ?? family.help) !== (family.help ?? known.help)) {
        isConsistent = false
      } else {
        known.help ??= family.help
        known.metrics.push(...family.metrics)
        known.paths.push(path)
      }
    }
  }
  const families = [...byName.values()].map(({ name, help, type, metrics, paths }) => {
    return {
      name,
      type,
      help: help ?? `Metric read from ${paths.join(', ')}`,
      metrics: ordered(metrics, bounds.get(type)),
    }
  })
  return { families, isConsistent }
}

/** The label that tells the lines of one histogram or summary apart. */
const bounds = new Map<FamilyType, string>([
  ['histogram', 'le'],
  ['summary', 'quantile'],
])

/** Lines of one histogram or summary stay together, by their bound; labels are sorted, the bound comes last. */
function ordered(metrics: readonly Metric[], bound: string | undefined): Metric[] {
  const names = new Set(metrics.flatMap(({ labels }) => labels.filter((_, i) => i % 2 === 0)))
  const own = [...names].filter((name) => name !== bound).sort(compareUtf8)
  const lines = (bound === undefined ? metrics : withTotals(metrics, own)).map(({ suffix, labels, value }) => {
    const values = own.map((name) => labelOf(labels, name) ?? '')
    const edge = bound === undefined ? undefined : labelOf(labels, bound)
    const tail = bound === undefined || edge === undefined ? [] : [bound, edge]
    const all = [...own.flatMap((name, i) => [name, values[i]]), ...tail]
    return { key: values.join('\0'), rank: rankOf(suffix, edge), metric: { suffix, labels: all, value } }
  })
  return lines.toSorted((a, b) => compareUtf8(a.key, b.key) || a.rank - b.rank).map(({ metric }) => metric)
}

/** A summary or histogram always has a sum and a count: 0 where the file has none. */
function withTotals(metrics: readonly Metric[], own: readonly string[]): Metric[] {
  const keyOf = (labels: readonly string[]) => own.map((name) => labelOf(labels, name) ?? '').join('\0')
  const groups = Map.groupBy(metrics, ({ labels }) => keyOf(labels))
  const totals = [...groups.values()].flatMap((group) => {
    const labels = own.flatMap((name) => [name, labelOf(group[0].labels, name) ?? ''])
    const missing = ['_sum', '_count'].filter((suffix) => group.every((metric) => metric.suffix !== suffix))
    return missing.map((suffix) => ({ suffix, labels, value: 0 }))
  })
  return [...metrics, ...totals]
}

function labelOf(labels: readonly string[], name: string): string | undefined {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return labels[i + 1]
  return undefined
}

/** Buckets and quantiles by their bound, then the sum, then the count. */
function rankOf(suffix: string | undefined, edge: string | undefined): number {
  if (suffix === '_sum') return 1e301
  if (suffix === '_count') return 1e302
  return Math.min((edge === undefined ? undefined : parseFloatText(edge)) ?? 0, 1e300)
}
