/*
 * The lesser and the greater of two numbers as Prometheus (Go) has it: an infinity that decides it does so beside a NaN too.
 */

export function lesser(a: number, b: number): number {
  return a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b)
}

export function greater(a: number, b: number): number {
  return a === Infinity || b === Infinity ? Infinity : Math.max(a, b)
}
