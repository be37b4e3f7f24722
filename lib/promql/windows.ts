/**
 * Finds each step's window of samples. This runs once per series of every range function, so both edges slide:
 * they only move forward (steps ascend), and a series costs samples + steps. Watched by engine.bench.ts; the clear
 * version is naiveWindows, which windows.test.ts compares with.
 */
export interface WindowEdges {
  /** First sample of each step's window. */
  readonly lo: Int32Array
  /** One past the last. */
  readonly hi: Int32Array
}

/** Edges for so many steps, to be filled again and again. */
export function newEdges(steps: number): WindowEdges {
  return { lo: new Int32Array(steps), hi: new Int32Array(steps) }
}

/** What windows slide over. */
export interface WindowSteps {
  readonly firstEndMs: number
  readonly stepMs: number
  readonly rangeMs: number
}

/** Edges that stay where they are while series come with the very column of times of the one before. */
export class SameWindows {
  readonly #edges: WindowEdges
  #times: Float64Array | undefined

  constructor(edges: WindowEdges) {
    this.#edges = edges
  }

  /** Fills the edges for these times. */
  slide({ firstEndMs, stepMs, rangeMs }: WindowSteps, times: Float64Array): void {
    if (times === this.#times) return
    slideWindows(this.#edges, times, firstEndMs, stepMs, rangeMs)
    this.#times = times
  }
}

/** Fills the edges of the windows (end - rangeMs, end], end = firstEndMs + step × stepMs. */
export function slideWindows(
  edges: WindowEdges,
  times: Float64Array,
  firstEndMs: number,
  stepMs: number,
  rangeMs: number,
): void {
  const { lo, hi } = edges
  const n = times.length
  let first = 0
  let last = 0
  let end = firstEndMs
  for (let step = 0; step < lo.length; step++) {
    while (last < n && times[last] <= end) last++
    const start = end - rangeMs
    while (first < last && times[first] <= start) first++
    lo[step] = first
    hi[step] = last
    end += stepMs
  }
}

/** The same by looking at every sample for every step. */
export function naiveWindows(
  edges: WindowEdges,
  times: Float64Array,
  firstEndMs: number,
  stepMs: number,
  rangeMs: number,
): void {
  for (let step = 0; step < edges.lo.length; step++) {
    const end = firstEndMs + step * stepMs
    edges.hi[step] = times.filter((t) => t <= end).length
    edges.lo[step] = Math.min(times.filter((t) => t <= end - rangeMs).length, edges.hi[step])
  }
}
