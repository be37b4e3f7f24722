import { formatFloatG } from '#lib/model'
import type {
  AssembledFamily,
  AssembledHistogram,
  AssembledMetric,
  AssembledSummary,
  AssembledValue,
} from './assembled-family.ts'
import type { FamilyType, Metric, MetricFamily } from './family.ts'

/** A family that cannot be written. */
export class FamilyError extends Error {
  readonly code = 'family'
}

/** What is written of a family besides its values. */
export interface LinesOptions {
  readonly format: 'text' | 'openmetrics'
  /** `_created` lines, which only OpenMetrics has. */
  readonly created?: boolean
}

/** The kind of value that metrics of a type hold; the other types are lists of numbers. */
const KINDS: Partial<Record<FamilyType, AssembledValue['kind']>> = {
  counter: 'counter',
  gauge: 'gauge',
  summary: 'summary',
  histogram: 'histogram',
  gaugehistogram: 'histogram',
  unknown: 'unknown',
}

/** The family line by line, as the writers take it; throws a FamilyError where it contradicts itself. */
export function linesOfFamily(family: AssembledFamily, options: LinesOptions): MetricFamily {
  const { name, help, type, unit } = family
  if (family.metrics.length === 0 && options.format === 'text') {
    throw new FamilyError(`MetricFamily has no metrics: ${JSON.stringify(name)}`)
  }
  const metrics = family.metrics.flatMap((metric) => linesOf(metric, family, options))
  return { name, help, type, unit, metrics }
}

function linesOf(metric: AssembledMetric, { name, type }: AssembledFamily, options: LinesOptions): Metric[] {
  const { value, labels, timestampMs } = metric
  const kind = KINDS[type]
  if (kind !== undefined && value.kind !== kind) {
    throw new FamilyError(`expected ${kind} in metric ${JSON.stringify(name)}, it holds a ${value.kind}`)
  }
  if (value.kind === 'histogram' && value.isFloat && options.format === 'openmetrics') {
    throw new FamilyError(`OpenMetrics v1.0 does not support float histogram ${name} histogram`)
  }
  const lines = valueLines(value, labels)
  const created = 'createdSeconds' in value ? value.createdSeconds : undefined
  if (options.created && created !== undefined) lines.push({ suffix: '_created', labels, value: created })
  return timestampMs === undefined ? lines : lines.map((line) => ({ ...line, timestampMs }))
}

function valueLines(value: AssembledValue, labels: readonly string[]): Metric[] {
  if (value.kind === 'summary') return summaryLines(value, labels)
  if (value.kind === 'histogram') return histogramLines(value, labels)
  return [{ labels, value: value.value, exemplar: value.exemplar }]
}

function summaryLines({ quantiles, sum = 0, count = 0 }: AssembledSummary, labels: readonly string[]): Metric[] {
  return [
    ...quantiles.map(({ quantile, value }) => ({ labels: [...labels, 'quantile', formatFloatG(quantile)], value })),
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ]
}

/** Whoever leaves the last bucket out means all observations. */
function histogramLines({ buckets, sum = 0, count = 0 }: AssembledHistogram, labels: readonly string[]): Metric[] {
  const isOpen = buckets.length > 0 && buckets.at(-1)?.bound !== Infinity
  const all = isOpen ? [...buckets, { bound: Infinity, count, exemplar: undefined }] : buckets
  return [
    ...all.map(({ bound, count: value, exemplar }) => ({
      suffix: '_bucket',
      labels: [...labels, 'le', formatFloatG(bound)],
      value,
      exemplar,
    })),
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ]
}
