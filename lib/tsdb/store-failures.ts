/** What the store does that may fail for want of room or rights, by the name under which it is counted. */
export type StoreWork = 'log' | 'sync' | 'block' | 'retention' | 'rotate' | 'compaction' | 'removal'

const SENTENCES: Readonly<Record<StoreWork, string>> = {
  log: 'the log takes no samples',
  sync: 'the log could not be put on the disk',
  block: 'writing a block failed, the head keeps its samples',
  retention: 'deleting old blocks failed',
  rotate: 'shortening the log failed',
  compaction: 'merging blocks failed',
  removal: 'removing old blocks failed',
}

/** Failures of the store's work: how many, and what goes wrong now. What succeeds again is forgotten. */
export class StoreFailures {
  readonly counts: Record<StoreWork, number> = {
    log: 0,
    sync: 0,
    block: 0,
    retention: 0,
    rotate: 0,
    compaction: 0,
    removal: 0,
  }
  readonly #now = new Map<StoreWork, string>()

  /** What goes wrong now, for a person; empty when all goes well. */
  get text(): string {
    return [...this.#now].map(([work, why]) => `${SENTENCES[work]}: ${why}`).join('; ')
  }

  failed(work: StoreWork, error: unknown): void {
    this.counts[work]++
    this.is(work, error)
  }

  /** It goes wrong and is counted elsewhere; undefined: it goes well. */
  is(work: StoreWork, error: unknown): void {
    if (error === undefined) this.#now.delete(work)
    else this.#now.set(work, error instanceof Error ? error.message : String(error))
  }

  /** Does some work that is tried again at the next turn. */
  try(work: StoreWork, run: () => void): void {
    try {
      run()
      this.is(work, undefined)
    } catch (error) {
      this.failed(work, error)
    }
  }
}
