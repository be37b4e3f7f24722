import { countSamples, type Value } from './columns.ts'
import type { QueryContext } from './context.ts'
import type { Operator } from './operator.ts'

/** An operator that several may use: it keeps its value, and the account of the samples in it, until the last is done. */
export class SharedOperator implements Operator {
  readonly round: number
  readonly #inner: Operator
  readonly #context: QueryContext
  /** Where somebody follows the plan: what runs an operator. */
  readonly #run: ((work: () => Value) => Value) | undefined
  #value: Value | undefined
  #samples = 0
  #users = 0

  constructor(inner: Operator, context: QueryContext, run?: (work: () => Value) => Value) {
    this.#inner = inner
    this.#context = context
    this.#run = run
    this.round = inner.round
  }

  evaluate(): Value {
    if (this.#value === undefined) {
      const before = this.#context.growing
      this.#value = this.#run === undefined ? this.#inner.evaluate() : this.#run(() => this.#inner.evaluate())
      this.#samples = samplesOf(this.#value)
      this.#context.settle(before, this.#samples)
    }
    return this.#value
  }

  retain(): void {
    this.#users++
  }

  release(): void {
    this.#users--
    if (this.#users > 0) return
    this.#context.release(this.#samples)
    this.#value = undefined
    this.#samples = 0
    this.#inner.release()
  }
}

function samplesOf(value: Value): number {
  if (value.kind === 'string') return 0
  if (value.kind === 'scalar') return value.values.length
  let samples = 0
  for (const series of value.series) samples += countSamples(series)
  return samples
}
