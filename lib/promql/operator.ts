import { bug } from '#lib/run'
import type { ScalarValue, Value, VectorValue } from './columns.ts'

/** A node of a plan. Its value is computed once, when first asked for, and after the fetch rounds it needs. */
export interface Operator {
  /** How many fetch rounds must be over before it can be evaluated. */
  readonly round: number
  evaluate(): Value
  /** Says, while the plan is made, that one more will ask for the value. */
  retain(): void
  /** Says that one of those is done with it: after the last the value is let go. */
  release(): void
}

/** An operator over the values of others, which it lets go once it has its own. */
export function operatorOf(inputs: readonly Operator[], compute: () => Value): Operator {
  let value: Value | undefined
  for (const input of inputs) input.retain()
  return {
    round: Math.max(0, ...inputs.map((input) => input.round)),
    evaluate() {
      if (value === undefined) {
        value = compute()
        for (const input of inputs) input.release()
      }
      return value
    },
    retain() {
      // Whoever counts the users of a value is a SharedOperator around this.
    },
    release() {
      value = undefined
    },
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
