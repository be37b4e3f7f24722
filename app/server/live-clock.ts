/** How soon a chart gets a step that is over. */
const TICK_MS = 1000

/** Calls every stream of live values each second, and for everything once a scrape interval: one timer for all pages. */
export class LiveClock implements Disposable {
  readonly #ticks = new Set<(everything: boolean) => void>()
  readonly #timer: NodeJS.Timeout

  constructor(intervalMs: number) {
    let sinceMs = 0
    this.#timer = setInterval(() => {
      sinceMs += TICK_MS
      const everything = sinceMs >= intervalMs
      if (everything) sinceMs = 0
      for (const tick of this.#ticks) tick(everything)
    }, TICK_MS)
    this.#timer.unref()
  }

  /** Adds a stream; the answer takes it away. */
  add(tick: (everything: boolean) => void): () => void {
    this.#ticks.add(tick)
    return () => this.#ticks.delete(tick)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#ticks.clear()
  }
}
