import type { BinaryOp } from '../ast.ts'
import { pow } from '../go-math.ts'

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
  ['^', pow],
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
