import { formatFloatG, type FloatHistogram } from '#lib/model'
import { allBuckets } from './buckets.ts'

/** A histogram in one line: `{count:10, sum:5, [-2,-1):1, [-0.1,0.1]:2, (1,2]:7}`. */
export function histogramText(h: FloatHistogram): string {
  const parts = [`count:${formatFloatG(h.count)}`, `sum:${formatFloatG(h.sum)}`]
  for (const { lower, upper, count } of allBuckets(h)) {
    const open = lower < 0 ? '[' : '('
    const close = upper > 0 ? ']' : ')'
    parts.push(`${open}${formatFloatG(lower)},${formatFloatG(upper)}${close}:${formatFloatG(count)}`)
  }
  return `{${parts.join(', ')}}`
}
