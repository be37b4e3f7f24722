/** How many samples the targets of one namespace may have together. */
export class SampleBudget {
  /** 0 is no limit. */
  limit: number
  readonly #used: Map<string, number>

  constructor() {
    this.limit = 0
    this.#used = new Map()
  }

  /** How many samples a target may have that has `own` of its namespace's now. */
  allowance(namespace: string, own: number): number {
    if (namespace === '' || this.limit === 0) return Infinity
    return Math.max(0, this.limit - (this.#used.get(namespace) ?? 0) + own)
  }

  /** A target has another number of samples from now on. */
  change(namespace: string, from: number, to: number): void {
    if (namespace === '' || from === to) return
    const used = (this.#used.get(namespace) ?? 0) + to - from
    if (used > 0) this.#used.set(namespace, used)
    else this.#used.delete(namespace)
  }
}
