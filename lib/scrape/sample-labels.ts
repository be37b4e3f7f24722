import { METRIC_NAME, Labels } from '#lib/model'
import type { PoolOptions } from './pool.ts'

/**
 * The labels a sample is stored with: its own and its target's. The label `kept`, if any, is never the sample's: it
 * stays that of the target, or absent.
 */
export function sampleLabels(own: Labels, target: Labels, honorLabels: boolean, kept = ''): Labels {
  const merged = new Map(own)
  const moved: [string, string][] = []
  for (const [name, value] of target) {
    const conflicting = merged.get(name)
    if (conflicting !== undefined && honorLabels && name !== kept) continue
    if (conflicting !== undefined) moved.push([name, conflicting])
    merged.set(name, value)
  }
  if (kept !== '' && !target.has(kept) && merged.has(kept)) {
    moved.push([kept, own.get(kept)])
    merged.delete(kept)
  }
  for (const [name, value] of moved) merged.set(freeName(name, merged), value)
  return Labels.from(merged)
}

/** `exported_job`, or with the prefix once more where a sample has that label as well. */
function freeName(name: string, taken: ReadonlyMap<string, string>): string {
  let free = `exported_${name}`
  while (taken.has(free)) free = `exported_${free}`
  return free
}

/** Why the labels break a limit of the pool, or ''. */
export function labelMistake(labels: Labels, options: PoolOptions): string {
  const { labelLimit, labelNameLengthLimit, labelValueLengthLimit } = options
  if (labelLimit === 0 && labelNameLengthLimit === 0 && labelValueLengthLimit === 0) return ''
  const metric = labels.get(METRIC_NAME).slice(0, 50)
  if (labelLimit > 0 && labels.size > labelLimit) {
    return `label_limit exceeded (metric: ${metric}, number of labels: ${labels.size}, limit: ${labelLimit})`
  }
  for (const [name, value] of labels) {
    const nameBytes = Buffer.byteLength(name)
    if (labelNameLengthLimit > 0 && nameBytes > labelNameLengthLimit) {
      return `label_name_length_limit exceeded (metric: ${metric}, label name: ${name.slice(0, 50)}, length: ${nameBytes}, limit: ${labelNameLengthLimit})`
    }
    const valueBytes = Buffer.byteLength(value)
    if (labelValueLengthLimit > 0 && valueBytes > labelValueLengthLimit) {
      return `label_value_length_limit exceeded (metric: ${metric}, label name: ${name.slice(0, 50)}, value: ${JSON.stringify(value.slice(0, 50))}, length: ${valueBytes}, limit: ${labelValueLengthLimit})`
    }
  }
  return ''
}
