import { FLOAT, type VectorSeries } from '../columns.ts'
import { roundingError } from '../kahan.ts'

/**
 * Adds a column to a sum with compensation. This is the inner loop of `sum`, run per sample of every aggregated series, so
 * it goes over plain columns; engine.bench.ts watches it. The clear version is sumColumnsReference.
 */
export function addColumn(
  values: Float64Array,
  present: Uint8Array,
  sum: Float64Array,
  compensation: Float64Array,
  added: Uint8Array,
): void {
  const steps = sum.length
  for (let step = 0; step < steps; step++) {
    if (present[step] !== FLOAT) continue
    const value = values[step]
    const before = sum[step]
    const after = before + value
    if (after === Infinity || after === -Infinity) compensation[step] = 0
    else compensation[step] += roundingError(before, value, after)
    sum[step] = after
    added[step] = FLOAT
  }
}

/** The same of all members, a step at a time. */
export function sumColumnsReference(members: readonly VectorSeries[], step: number): number {
  let sum = 0
  let compensation = 0
  for (const { values, present } of members) {
    if (present[step] !== FLOAT) continue
    const after = sum + values[step]
    if (!Number.isFinite(after) && !Number.isNaN(after)) compensation = 0
    else if (Math.abs(sum) >= Math.abs(values[step])) compensation += sum - after + values[step]
    else compensation += values[step] - after + sum
    sum = after
  }
  return sum + compensation
}
