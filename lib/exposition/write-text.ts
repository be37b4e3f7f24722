import { formatFloatG, isLegacyLabelName, isLegacyMetricName } from '#lib/model'
import { escapedName, type Escaping } from './escaping.ts'
import type { FamilyType, Metric, MetricFamily } from './family.ts'

/** What a reader asked for (see `negotiate`). */
export interface WriteOptions {
  readonly escaping?: Escaping
}

/** Writes families in the Prometheus text format 0.0.4. A family without metrics is left out. */
export function writeText(families: readonly MetricFamily[], options: WriteOptions = {}): Uint8Array {
  const escaping = options.escaping ?? 'allow-utf-8'
  let text = ''
  for (const family of families) if (family.metrics.length > 0) text += familyText(family, escaping)
  return Buffer.from(text)
}

function familyText(family: MetricFamily, escaping: Escaping): string {
  const name = escapedName(family.name, escaping)
  const shown = quotedName(name)
  let text = family.help === '' ? '' : `# HELP ${shown} ${escapeHelp(family.help)}\n`
  text += `# TYPE ${shown} ${typeWord(family.type)}\n`
  for (const metric of family.metrics) {
    // `_created` is a word of OpenMetrics; a reader of this format would take it for a series.
    if (metric.suffix === '_created') continue
    text += `${seriesText(name + (metric.suffix ?? ''), metric.labels, escaping)} ${valueText(metric)}`
    text += metric.timestampMs === undefined ? '\n' : ` ${metric.timestampMs}\n`
  }
  return text
}

/** `name{label="value"}`, or `{"na.me",label="value"}` for a name that needs quotes. */
export function seriesText(name: string, labels: readonly string[], escaping: Escaping): string {
  const plain = isLegacyMetricName(name)
  if (labels.length === 0) return plain ? name : `{${quote(name)}}`
  let text = plain ? `${name}{` : `{${quote(name)},`
  for (let i = 0; i < labels.length; i += 2) {
    const label = escapedName(labels[i], escaping)
    text += `${i === 0 ? '' : ','}${isLegacyLabelName(label) ? label : quote(label)}=${quote(labels[i + 1])}`
  }
  return `${text}}`
}

/** A metric's name as HELP and TYPE show it. */
export function quotedName(name: string): string {
  return isLegacyMetricName(name) ? name : quote(name)
}

/** A string in double quotes with `\`, `"` and newline escaped. */
export function quote(value: string): string {
  if (!/["\\\n]/.test(value)) return `"${value}"`
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

function valueText(metric: Metric): string {
  return typeof metric.value === 'bigint' ? metric.value.toString() : formatFloatG(metric.value)
}

/** The format knows fewer types than OpenMetrics. */
function typeWord(type: FamilyType): string {
  if (type === 'unknown') return 'untyped'
  if (type === 'gaugehistogram') return 'histogram'
  return type === 'info' || type === 'stateset' ? 'gauge' : type
}
