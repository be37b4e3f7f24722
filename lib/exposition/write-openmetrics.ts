import { formatFloatG } from '#lib/model'
import { escapedName, type Escaping } from './escaping.ts'
import type { Metric, MetricFamily } from './family.ts'
import { quote, quotedName, seriesText, type WriteOptions } from './write-text.ts'

/** Writes families in OpenMetrics 1.0, with `# EOF`. */
export function writeOpenMetrics(families: readonly MetricFamily[], options: WriteOptions = {}): Uint8Array {
  const escaping = options.escaping ?? 'allow-utf-8'
  let text = ''
  for (const family of families) text += familyText(family, escaping)
  return Buffer.from(`${text}# EOF\n`)
}

function familyText(family: MetricFamily, escaping: Escaping): string {
  const { base, type, tail } = openMetricsName(family)
  const name = escapedName(base, escaping)
  const shown = quotedName(name)
  let text = family.help === '' ? '' : `# HELP ${shown} ${quote(family.help).slice(1, -1)}\n`
  text += `# TYPE ${shown} ${type}\n`
  if (family.unit) text += `# UNIT ${shown} ${family.unit}\n`
  for (const metric of family.metrics) text += metricText(name + (metric.suffix ?? tail), metric, escaping)
  return text
}

/** A counter is called without its `_total`; one that has none cannot be a counter here, nor an info without `_info`. */
function openMetricsName(family: MetricFamily): { base: string; type: string; tail: string } {
  const { name, type } = family
  if (type === 'counter') return withoutTail(name, type, '_total')
  if (type === 'info') return withoutTail(name, type, '_info')
  return { base: name, type, tail: '' }
}

function withoutTail(name: string, type: string, tail: string): { base: string; type: string; tail: string } {
  if (!name.endsWith(tail)) return { base: name, type: 'unknown', tail: '' }
  return { base: name.slice(0, -tail.length), type, tail }
}

function metricText(name: string, metric: Metric, escaping: Escaping): string {
  let text = `${seriesText(name, floatLabels(metric), escaping)} ${valueText(metric)}`
  if (metric.timestampMs !== undefined) text += ` ${openMetricsFloat(metric.timestampMs / 1000)}`
  return `${text}${exemplarText(metric, escaping)}\n`
}

/** `le` and `quantile` are floats, and floats have a point or an exponent. */
function floatLabels(metric: Metric): readonly string[] {
  const at = metric.labels.findIndex((name, i) => i % 2 === 0 && (name === 'le' || name === 'quantile'))
  if (at === -1) return metric.labels
  const isBound = metric.suffix === '_bucket' || (metric.suffix === undefined && metric.labels[at] === 'quantile')
  if (!isBound || !/^[+-]?\d+$/.test(metric.labels[at + 1])) return metric.labels
  return metric.labels.with(at + 1, `${metric.labels[at + 1]}.0`)
}

function valueText(metric: Metric): string {
  if (typeof metric.value === 'bigint') return metric.value.toString()
  const isCount = metric.suffix === '_bucket' || metric.suffix === '_count'
  if (isCount && Number.isSafeInteger(metric.value)) return String(metric.value)
  return openMetricsFloat(metric.value)
}

function openMetricsFloat(value: number): string {
  const text = formatFloatG(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

function exemplarText(metric: Metric, escaping: Escaping): string {
  const { exemplar } = metric
  if (!exemplar || exemplar.labels.length === 0) return ''
  const labels = seriesText('e', exemplar.labels, escaping).slice(1)
  const time = exemplar.timestampMs === undefined ? '' : ` ${openMetricsFloat(exemplar.timestampMs / 1000)}`
  return ` # ${labels} ${openMetricsFloat(exemplar.value)}${time}`
}
