import type { PoolChoice, PoolState } from './choose-targets.ts'
import type { PoolSetup, ScrapeTarget, TargetsChange } from './scrape-target.ts'

/** How many targets travel in one message: to copy more would hold up both threads. */
const MESSAGE_TARGETS = 500

/** What the scraping thread has, and how that becomes something else. */
export class SentTargets {
  readonly #send: (change: TargetsChange) => Promise<void>
  readonly #namespaceSampleLimit: number
  #ids: ReadonlySet<string>
  #setups: ReadonlySet<number>

  constructor(send: (change: TargetsChange) => Promise<void>, namespaceSampleLimit: number) {
    this.#send = send
    this.#namespaceSampleLimit = namespaceSampleLimit
    this.#ids = new Set()
    this.#setups = new Set()
  }

  /**
   * Sends the difference, what is new first and what is gone last, so that the series of a target that only changed
   * do not end. Where sending fails all of it may be sent again.
   */
  async become(pools: readonly PoolState[], choices: readonly PoolChoice[]): Promise<void> {
    const wanted = new Map<string, ScrapeTarget>()
    for (const { chosen } of choices) for (const { target } of chosen) wanted.set(target.id, target)
    const setups = new Map(pools.map((pool) => [pool.setup, setupOf(pool)]))
    const add = [...wanted.values()].filter(({ id }) => !this.#ids.has(id))
    const change: TargetsChange = {
      setups: [...setups.values()].filter(({ setup }) => !this.#setups.has(setup)),
      add: [],
      remove: [...this.#ids].filter((id) => !wanted.has(id)),
      goneSetups: [...this.#setups].filter((setup) => !setups.has(setup)),
      namespaceSampleLimit: this.#namespaceSampleLimit,
    }
    if (add.length + change.setups.length + change.remove.length + change.goneSetups.length === 0) return
    await this.#sendAll(add, change)
    this.#ids = new Set(wanted.keys())
    this.#setups = new Set(setups.keys())
  }

  async #sendAll(add: readonly ScrapeTarget[], change: TargetsChange): Promise<void> {
    let from = 0
    for (; add.length - from > MESSAGE_TARGETS; from += MESSAGE_TARGETS) {
      await this.#send({ ...change, add: add.slice(from, from + MESSAGE_TARGETS), remove: [], goneSetups: [] })
    }
    await this.#send({ ...change, add: add.slice(from) })
  }
}

function setupOf({ setup, resolver: { pool } }: PoolState): PoolSetup {
  return { setup, pool: pool.name, options: pool.options }
}
