/**
 * Places for work that is done so many at once. Work that takes longer than `patienceMs` goes on without its place, so
 * that what hangs holds up nobody else for longer.
 */
export class Places {
  readonly #patienceMs: number
  readonly #waiting: (() => void)[] = []
  #free: number

  constructor(count: number, patienceMs: number) {
    this.#free = count
    this.#patienceMs = patienceMs
  }

  /** Waits for a place; `work` then has it. */
  async take(): Promise<void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Begins the work in the place that was taken. */
  begin<T>(work: () => Promise<T>): Promise<T> {
    let isHeld = true
    const give = () => {
      if (isHeld) this.#give()
      isHeld = false
    }
    const timer = setTimeout(give, this.#patienceMs)
    return work().finally(() => {
      clearTimeout(timer)
      give()
    })
  }

  #give(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}
