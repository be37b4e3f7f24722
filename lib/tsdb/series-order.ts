import { compareUtf8 } from '#lib/bytes'
import { compareLabels, METRIC_NAME, type Labels } from '#lib/model'

/** The order of series in a block: metric name first, then labels, so that a selector reads neighbours. */
export function compareSeries(a: Labels, b: Labels): number {
  return compareUtf8(a.get(METRIC_NAME), b.get(METRIC_NAME)) || compareLabels(a, b)
}
