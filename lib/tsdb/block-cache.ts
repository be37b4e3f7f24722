interface Entry {
  page: unknown
  bytes: number
}

/** Pages of blocks by their number, least recently used out first when they exceed a budget of bytes. */
export class PageCache {
  misses: number
  bytes: number
  readonly #budget: number
  /** In order of use: a Map keeps the order in which keys were set. */
  readonly #entries: Map<number, Entry>

  constructor(budgetBytes: number) {
    this.misses = 0
    this.bytes = 0
    this.#budget = budgetBytes
    this.#entries = new Map()
  }

  get(key: number): unknown {
    const entry = this.#entries.get(key)
    if (!entry) {
      this.misses++
      return undefined
    }
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.page
  }

  /** Keeps a page unless it alone exceeds the budget. */
  set(key: number, page: unknown, bytes: number): void {
    this.delete(key)
    if (bytes > this.#budget) return
    this.#entries.set(key, { page, bytes })
    this.bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.bytes <= this.#budget) break
      this.delete(oldest)
    }
  }

  delete(key: number): void {
    this.bytes -= this.#entries.get(key)?.bytes ?? 0
    this.#entries.delete(key)
  }

  /** Forgets the pages with from <= key < to. */
  deleteRange(from: number, to: number): void {
    for (const key of this.#entries.keys()) if (key >= from && key < to) this.delete(key)
  }
}
