import { bytesOf, countSamples, type Value } from './columns.ts'
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
  #held = NOTHING
  #users = 0

  constructor(inner: Operator, context: QueryContext, run?: (work: () => Value) => Value) {
    this.#inner = inner
    this.#context = context
    this.#run = run
    this.round = inner.round
  }

  evaluate(): Value {
    if (this.#value === undefined) {
      const { samples, bytes } = this.#context
      const before = { samples: samples.growing, bytes: bytes.growing }
      this.#value = this.#run === undefined ? this.#inner.evaluate() : this.#run(() => this.#inner.evaluate())
      this.#held = heldBy(this.#value)
      samples.settle(before.samples, this.#held.samples)
      bytes.settle(before.bytes, this.#held.bytes)
    }
    return this.#value
  }

  retain(): void {
    this.#users++
  }

  release(): void {
    this.#users--
    if (this.#users > 0) return
    this.#context.samples.release(this.#held.samples)
    this.#context.bytes.release(this.#held.bytes)
    this.#value = undefined
    this.#held = NOTHING
    this.#inner.release()
  }
}

/** How much a value takes. */
interface Held {
  readonly samples: number
  readonly bytes: number
}

const NOTHING: Held = { samples: 0, bytes: 0 }

function heldBy(value: Value): Held {
  if (value.kind === 'string') return NOTHING
  if (value.kind === 'scalar') return { samples: value.values.length, bytes: value.values.byteLength }
  let [samples, bytes] = [0, 0]
  for (const series of value.series) {
    samples += countSamples(series)
    bytes += bytesOf(series)
  }
  return { samples, bytes }
}
