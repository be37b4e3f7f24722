import type { BinaryOp } from '../ast.ts'

/** An arithmetic operator on two floats, undefined for others. */
export function arithmeticOf(op: BinaryOp): ((a: number, b: number) => number) | undefined {
  return arithmetic.get(op)
}

/** A comparison of two floats, undefined for other operators. */
export function comparisonOf(op: BinaryOp): ((a: number, b: number) => boolean) | undefined {
  return comparisons.get(op)
}

const arithmetic = new Map<BinaryOp, (a: number, b: number) => number>([
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['%', (a, b) => a % b],
  ['^', power],
  ['atan2', Math.atan2],
])

const comparisons = new Map<BinaryOp, (a: number, b: number) => boolean>([
  ['==', (a, b) => a === b],
  ['!=', (a, b) => a !== b],
  ['<', (a, b) => a < b],
  ['>', (a, b) => a > b],
  ['<=', (a, b) => a <= b],
  ['>=', (a, b) => a >= b],
])

/** IEEE 754's pow, where 1 to the power of anything is 1, and so is -1 to the power of an infinity. */
function power(a: number, b: number): number {
  if (a === 1) return 1
  if (a === -1 && (b === Infinity || b === -Infinity)) return 1
  return a ** b
}
