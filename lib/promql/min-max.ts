/*
 * The lesser and the greater of two numbers as Prometheus (Go) has it: an infinity that decides it does so beside a NaN too.
 */

export function lesser(a: number, b: number): number {
  return a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b)
}

export function greater(a: number, b: number): number {
  return a === Infinity || b === Infinity ? Infinity : Math.max(a, b)
}

/** The least and the greatest of values, as Prometheus has them beside a NaN, and whether there is one. */
export function extremes(values: Float64Array): { least: number; most: number; hasNaN: boolean } {
  let [least, most] = [Number.MAX_VALUE, -Number.MAX_VALUE]
  for (const value of values) {
    least = lesser(least, value)
    most = greater(most, value)
  }
  return { least, most, hasNaN: values.some((value) => value !== value) }
}
