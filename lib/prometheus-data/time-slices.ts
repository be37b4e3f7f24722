const MINUTE_MS = 60_000

/** A stretch of time, fromMs <= t < toMs. */
export interface TimeWindow {
  readonly fromMs: number
  readonly toMs: number
}

/** Counts what times hold, minute by minute, to cut them into windows of about the same content. */
export class TimeSlices {
  readonly #byMinute = new Map<number, number>()
  /** All of time, in order. */
  windows: TimeWindow[] = [{ fromMs: -Infinity, toMs: Infinity }]

  add(timeMs: number, weight: number): void {
    const minute = Math.floor(timeMs / MINUTE_MS)
    this.#byMinute.set(minute, (this.#byMinute.get(minute) ?? 0) + weight)
  }

  /** Makes windows of which none has more than `most`, unless a single minute has. */
  cut(most: number): void {
    const windows: TimeWindow[] = []
    let fromMs = -Infinity
    let held = 0
    for (const minute of [...this.#byMinute.keys()].sort((a, b) => a - b)) {
      const weight = this.#byMinute.get(minute)!
      if (held > 0 && held + weight > most) {
        windows.push({ fromMs, toMs: minute * MINUTE_MS })
        fromMs = minute * MINUTE_MS
        held = 0
      }
      held += weight
    }
    this.windows = [...windows, { fromMs, toMs: Infinity }]
  }
}
