import type { SampleColumns } from './sample-columns.ts'

/** Times that were deleted, both ends included. */
export interface Interval {
  readonly fromMs: number
  readonly toMs: number
}

/** Deleted times by series. */
export class Intervals {
  readonly #byRef = new Map<number, Interval[]>()

  get size(): number {
    return this.#byRef.size
  }

  add(ref: number, interval: Interval): void {
    const list = this.#byRef.get(ref)
    if (list) list.push(interval)
    else this.#byRef.set(ref, [interval])
  }

  of(ref: number): readonly Interval[] {
    return this.#byRef.get(ref) ?? []
  }
}

/** Leaves out the samples whose times were deleted. */
export function removeDeleted(samples: SampleColumns, intervals: readonly Interval[]): void {
  if (intervals.length === 0) return
  samples.filter((i) => !isDeleted(samples.times[i], intervals))
}

/** Whether a time was deleted. */
export function isDeleted(timeMs: number, intervals: readonly Interval[]): boolean {
  return intervals.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs <= toMs)
}
