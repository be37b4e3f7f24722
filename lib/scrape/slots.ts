/** Lets at most so many scrapes run at a time, in the order in which they came. */
export class Slots {
  #free: number
  readonly #waiting: Set<() => void>

  constructor(count: number) {
    this.#free = count
    this.#waiting = new Set()
  }

  /** Waits for a slot; after the signal it comes at once, and is given back as any other. */
  async take(signal: AbortSignal): Promise<void> {
    this.#free--
    if (this.#free >= 0 || signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.add(resolve)
    const stop = () => resolve()
    signal.addEventListener('abort', stop, { once: true })
    await promise
    signal.removeEventListener('abort', stop)
    this.#waiting.delete(resolve)
  }

  give(): void {
    this.#free++
    const [next] = this.#waiting
    if (!next) return
    this.#waiting.delete(next)
    next()
  }
}
