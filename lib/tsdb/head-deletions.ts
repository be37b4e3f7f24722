import { type Intervals, withInterval } from './intervals.ts'

/** Words of a row: id of the series, from, to. */
const ROW = 3

/** What was deleted of the head, as the writing thread keeps it; samples that come later are not meant. */
export class HeadDeletions {
  /** Grows with each change. */
  version = 0
  readonly #intervals = new Map<number, Intervals>()

  /** Rows of id, from and to. */
  add(rows: Float64Array): void {
    for (let i = 0; i < rows.length; i += ROW)
      this.#intervals.set(rows[i], withInterval(this.#intervals.get(rows[i]), rows[i + 1], rows[i + 2]))
    if (rows.length > 0) this.version++
  }

  /** Forgets the series of which the head holds nothing any more that was deleted; true when some went. */
  prune(isNeeded: (id: number, toMs: number) => boolean): boolean {
    let some = false
    for (const [id, intervals] of this.#intervals) {
      if (isNeeded(id, intervals[intervals.length - 1])) continue
      this.#intervals.delete(id)
      some = true
    }
    if (some) this.version++
    return some
  }

  /** For the readers: shared, and never changed. */
  posted(): PostedDeletions {
    const rows: number[] = []
    for (const id of [...this.#intervals.keys()].sort((a, b) => a - b)) {
      const intervals = this.#intervals.get(id) ?? new Float64Array(0)
      for (let i = 0; i < intervals.length; i += 2) rows.push(id, intervals[i], intervals[i + 1])
    }
    const shared = new Float64Array(new SharedArrayBuffer(rows.length * 8))
    shared.set(rows)
    return { version: this.version, rows: shared }
  }
}

/** What was deleted of the head, as it is posted: rows of id, from and to, ascending. */
export interface PostedDeletions {
  readonly version: number
  readonly rows: Float64Array
}

/** The times that were deleted of a series; undefined where none were. */
export function deletedOf({ rows }: PostedDeletions, id: number): Intervals | undefined {
  let low = 0
  let high = rows.length / ROW
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows[middle * ROW] < id) low = middle + 1
    else high = middle
  }
  const found: number[] = []
  for (let i = low * ROW; i < rows.length && rows[i] === id; i += ROW) found.push(rows[i + 1], rows[i + 2])
  return found.length === 0 ? undefined : Float64Array.from(found)
}
