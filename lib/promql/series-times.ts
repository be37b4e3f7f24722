import type { SeriesBatch } from '#lib/storage'

/**
 * The times of series as they come: the very same column for those that follow one another with equal times, as the series
 * of a target do. What depends on times alone is then known to be still true by looking at the object.
 */
export class SeriesTimes {
  #batch: SeriesBatch | undefined
  #offset = 0
  #times = new Float64Array(0)

  /** The column is never changed. */
  of(batch: SeriesBatch, i: number): Float64Array {
    const offset = batch.timeOffsets[i]
    const count = batch.offsets[i + 1] - batch.offsets[i]
    if (batch === this.#batch && offset === this.#offset && count === this.#times.length) return this.#times
    this.#batch = batch
    this.#offset = offset
    if (!this.#isSame(batch.times, offset, count)) this.#times = batch.times.slice(offset, offset + count)
    return this.#times
  }

  #isSame(times: Float64Array, offset: number, count: number): boolean {
    const before = this.#times
    if (count !== before.length) return false
    for (let i = 0; i < count; i++) if (times[offset + i] !== before[i]) return false
    return true
  }
}
