import type { ScalarValue, Value, VectorValue } from './columns.ts'
import { bug } from '#lib/run'

/** A node of a plan. Its value is computed once, when first asked for, and after the fetch round it needs. */
export interface Operator {
  /** How many fetch rounds must be over before it can be evaluated. */
  readonly round: number
  evaluate(): Value
}

/** An operator over the values of others. */
export function operatorOf(inputs: readonly Operator[], compute: () => Value): Operator {
  let value: Value | undefined
  return {
    round: Math.max(0, ...inputs.map((input) => input.round)),
    evaluate: () => (value ??= compute()),
  }
}

/** An operator's vector; the type check of the parser has made sure that it is one. */
export function vectorOf(operator: Operator): VectorValue {
  const value = operator.evaluate()
  return value.kind === 'vector' ? value : bug(`expected a vector, got a ${value.kind}`)
}

/** An operator's scalar, a value per step. */
export function scalarOf(operator: Operator): ScalarValue {
  const value = operator.evaluate()
  return value.kind === 'scalar' ? value : bug(`expected a scalar, got a ${value.kind}`)
}

/** An operator's string. */
export function stringOf(operator: Operator): string {
  const value = operator.evaluate()
  return value.kind === 'string' ? value.value : bug(`expected a string, got a ${value.kind}`)
}
