import { METRIC_NAME } from './labels.ts'
import type { Labels } from './labels.ts'
import { isLegacyLabelName, isLegacyMetricName } from './names.ts'
import { quote } from './quote.ts'

/** A label set as text: `name{a="b", c="d"}`. */
export function formatLabels(labels: Labels): string {
  const name = labels.get(METRIC_NAME)
  const parts = name !== '' && !isLegacyMetricName(name) ? [quote(name)] : []
  for (const [label, value] of labels) {
    if (label === METRIC_NAME) continue
    parts.push(`${isLegacyLabelName(label) ? label : quote(label)}=${quote(value)}`)
  }
  const bare = isLegacyMetricName(name) ? name : ''
  return parts.length === 0 && bare !== '' ? bare : `${bare}{${parts.join(', ')}}`
}

/** The same with the name among the labels: `{__name__="name", a="b", c="d"}`. */
export function formatLabelSet(labels: Labels): string {
  const parts = [...labels].map(
    ([label, value]) => `${isLegacyLabelName(label) ? label : quote(label)}=${quote(value)}`,
  )
  return `{${parts.join(', ')}}`
}
