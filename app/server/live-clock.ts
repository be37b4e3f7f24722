/** Calls every stream of live values soon after each scrape: one timer for all pages. */
export class LiveClock implements Disposable {
  readonly #ticks = new Set<() => void>()
  readonly #timer: NodeJS.Timeout

  constructor(intervalMs: number) {
    this.#timer = setInterval(() => {
      for (const tick of this.#ticks) tick()
    }, intervalMs)
    this.#timer.unref()
  }

  /** Adds a stream; the answer takes it away. */
  add(tick: () => void): () => void {
    this.#ticks.add(tick)
    return () => this.#ticks.delete(tick)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#ticks.clear()
  }
}
