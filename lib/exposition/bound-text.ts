import { formatFloatG } from '#lib/model'

/** The bound of a bucket or a quantile as OpenMetrics spells it: a float has a point or an exponent. */
export function boundText(bound: number): string {
  const text = formatFloatG(bound)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}
