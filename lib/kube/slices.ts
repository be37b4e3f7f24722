/**
 * Keeps many objects in a row from holding up the thread: whoever works through them asks after each one, and pauses
 * when the slice is over. Several at once take turns, one slice for each round of the event loop.
 */
export class Slices {
  readonly #sliceMs: number
  readonly #now: () => number
  #begun = -Infinity
  #line: Promise<void> = Promise.resolve()

  constructor(sliceMs = 5, now: () => number = () => performance.now()) {
    this.#sliceMs = sliceMs
    this.#now = now
  }

  /** Whether it is time to `pause`. */
  isOver(): boolean {
    return this.#now() - this.#begun >= this.#sliceMs
  }

  /** Lets the event loop do what waits, and everyone who paused before. */
  pause(): Promise<void> {
    this.#line = this.#next(this.#line)
    return this.#line
  }

  async #next(before: Promise<void>): Promise<void> {
    await before
    await nextRound()
    this.#begun = this.#now()
  }
}

function nextRound(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
