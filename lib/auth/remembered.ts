/** Answers that are remembered for a while, at most so many; equal questions that are asked together are asked once. */
export class Remembered<T> {
  readonly #rememberMs: number
  readonly #most: number
  readonly #now: () => number
  readonly #known = new Map<string, { readonly answer: Promise<T>; readonly untilMs: number }>()

  constructor(rememberMs: number, most: number, now: () => number) {
    this.#rememberMs = rememberMs
    this.#most = most
    this.#now = now
  }

  /** The remembered answer, or that of `ask`. A failure is not remembered. */
  get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key)
    if (known !== undefined && known.untilMs > this.#now()) return known.answer
    this.#known.delete(key)
    const answer = ask()
    const entry = { answer, untilMs: this.#now() + this.#rememberMs }
    this.#known.set(key, entry)
    answer.catch(() => {
      if (this.#known.get(key) === entry) this.#known.delete(key)
    })
    this.#makeRoom()
    return answer
  }

  get size(): number {
    return this.#known.size
  }

  /** The oldest go first: a Map keeps the order of insertion. */
  #makeRoom(): void {
    for (const key of this.#known.keys()) {
      if (this.#known.size <= this.#most) return
      this.#known.delete(key)
    }
  }
}
