import type { PackedPart, PartSeries, RangePart } from '#lib/api'

/**
 * A part of a range answer that another thread is to pack, as it is sent: values of all series in one column, which moves.
 */
export interface SharedPart {
  /** Which of the sender's parts it is. */
  readonly part: number
  readonly head: string
  readonly pairs: readonly (readonly string[])[]
  readonly times: readonly Float64Array[]
  readonly values: Float64Array
  /** One word: see partState. */
  readonly state: Int32Array
}

/** Whoever takes a part that is waiting packs it; what is packed has been posted. */
export const partState = { waiting: 0, taken: 1, packed: 2 } as const

/** What is posted of a packed part. */
export interface PartAnswer {
  readonly part: number
  readonly packed: PackedPart
}

export function sharedPart(part: number, { head, series }: RangePart): SharedPart {
  const values = new Float64Array(series.reduce((sum, one) => sum + one.values.length, 0))
  let at = 0
  for (const one of series) {
    values.set(one.values, at)
    at += one.values.length
  }
  const state = new Int32Array(new SharedArrayBuffer(4))
  return { part, head, pairs: series.map(({ pairs }) => pairs), times: series.map(({ times }) => times), values, state }
}

/** The part as it was before it was sent. */
export function rangePart({ head, pairs, times, values }: SharedPart): RangePart {
  let at = 0
  const series = pairs.map((one, i): PartSeries => {
    const from = at
    at += times[i].length
    return { pairs: one, times: times[i], values: values.subarray(from, at) }
  })
  return { head, series }
}

/** Takes a part, if nobody has. */
export function takePart({ state }: SharedPart): boolean {
  return Atomics.compareExchange(state, 0, partState.waiting, partState.taken) === partState.waiting
}
