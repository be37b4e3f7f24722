import type { Logger } from '#lib/log'
import type { Appender } from '#lib/storage'
import { BodyBufferPool } from './body-buffer.ts'
import type { BodySource, PoolConfig } from './pool.ts'
import { Slots } from './slots.ts'
import { type Target, targetsOf } from './target.ts'
import { type LoopParts, TargetLoop, type TargetStatus } from './target-loop.ts'

/** A hanging target holds its slot until its timeout; there are enough that a hundred of them hold up nobody. */
const SLOTS = 512
const KEPT_BUFFERS = 8

/** What scraping needs. */
export interface ScrapeParts {
  readonly appender: Appender
  readonly log: Logger
  /** The bodies of local targets. */
  readonly local?: (name: string, signal: AbortSignal) => ReturnType<BodySource['fetch']>
}

/** Scrapes the targets of all pools. */
export class ScrapeManager {
  readonly #parts: LoopParts
  readonly #loops = new Map<string, TargetLoop>()
  readonly #stopping = new Set<Promise<void>>()
  #isStopped = false

  constructor({ appender, log, local = noLocal }: ScrapeParts) {
    const buffers = new BodyBufferPool(KEPT_BUFFERS)
    this.#parts = { appender, log, local: { fetch: local }, buffers, slots: new Slots(SLOTS) }
  }

  /** Scrapes these pools from now on. Targets that are the same go on undisturbed; the series of others end. */
  apply(pools: readonly PoolConfig[]): void {
    if (this.#isStopped) return
    const wanted = new Map<string, Target>()
    for (const target of pools.flatMap((pool) => targetsOf(pool))) wanted.set(target.id, target)
    const names = new Set([...wanted.values()].map((target) => nameOf(target)))
    for (const [id, loop] of this.#loops) {
      if (wanted.has(id)) continue
      this.#loops.delete(id)
      // With other options it is still the same target with the same series: those must not end.
      this.#end(loop, !names.has(nameOf(loop.target)))
    }
    for (const [id, target] of wanted) {
      if (!this.#loops.has(id)) this.#loops.set(id, new TargetLoop(target, this.#parts))
    }
  }

  /** The targets in the order of their pools. */
  targets(): TargetStatus[] {
    return [...this.#loops.values()].map((loop) => loop.status())
  }

  /** Ends all scrapes; nothing is written afterwards. The series do not end: a restart goes on with them. */
  async stop(): Promise<void> {
    this.#isStopped = true
    for (const loop of this.#loops.values()) this.#end(loop, false)
    this.#loops.clear()
    await Promise.all(this.#stopping)
  }

  #end(loop: TargetLoop, isGone: boolean): void {
    const ended = loop.stop(isGone).finally(() => this.#stopping.delete(ended))
    this.#stopping.add(ended)
  }
}

function nameOf(target: Target): string {
  return target.labels.key
}

async function noLocal(name: string): Promise<never> {
  throw new Error(`there is no local target ${name}`)
}
