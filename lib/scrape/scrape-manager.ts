import { BodyBufferPool } from '#lib/http'
import type { Logger } from '#lib/log'
import { bug } from '#lib/run'
import type { Appender } from '#lib/storage'
import type { TelemetryFamily } from '#lib/telemetry'
import type { BodySource } from './pool.ts'
import { SampleBudget } from './sample-budget.ts'
import type { PoolSetup, ScrapeTarget, TargetsChange } from './scrape-target.ts'
import { ScrapeTelemetry } from './scrape-telemetry.ts'
import { Slots } from './slots.ts'
import { makeTarget } from './target.ts'
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
  readonly #setups = new Map<number, PoolSetup>()
  readonly #loops = new Map<string, TargetLoop>()
  /** How many loops write the series of a label set. */
  readonly #names = new Map<string, number>()
  readonly #stopping = new Set<Promise<void>>()
  #isStopped = false

  constructor({ appender, log, local = noLocal }: ScrapeParts) {
    const buffers = new BodyBufferPool(KEPT_BUFFERS)
    this.#parts = {
      appender,
      log,
      local: { fetch: local },
      buffers,
      slots: new Slots(SLOTS),
      budget: new SampleBudget(),
      telemetry: new ScrapeTelemetry(),
    }
  }

  /** Targets that come and go. All others go on undisturbed; the series of those that are gone end. */
  apply(change: TargetsChange): void {
    if (this.#isStopped) return
    this.#parts.budget.limit = change.namespaceSampleLimit
    for (const setup of change.setups) this.#setups.set(setup.setup, setup)
    for (const target of change.add) this.#add(target)
    for (const id of change.remove) this.#remove(id)
    for (const setup of change.goneSetups) this.#setups.delete(setup)
  }

  /** The targets, in no order. */
  targets(): TargetStatus[] {
    return [...this.#loops.values()].map((loop) => loop.status())
  }

  telemetry(): TelemetryFamily[] {
    return this.#parts.telemetry.families()
  }

  /** Ends all scrapes; nothing is written afterwards. The series do not end: a restart goes on with them. */
  async stop(): Promise<void> {
    this.#isStopped = true
    for (const loop of this.#loops.values()) this.#end(loop, false)
    this.#loops.clear()
    await Promise.all(this.#stopping)
  }

  #add(plain: ScrapeTarget): void {
    if (this.#loops.has(plain.id)) return
    const setup = this.#setups.get(plain.setup) ?? bug(`a target names setup ${plain.setup}, which nobody sent`)
    const target = makeTarget(plain, setup)
    const name = target.labels.key
    this.#names.set(name, (this.#names.get(name) ?? 0) + 1)
    this.#loops.set(target.id, new TargetLoop(target, this.#parts))
  }

  #remove(id: string): void {
    const loop = this.#loops.get(id)
    if (!loop) return
    this.#loops.delete(id)
    const name = loop.target.labels.key
    const others = (this.#names.get(name) ?? 1) - 1
    if (others > 0) this.#names.set(name, others)
    else this.#names.delete(name)
    // With other options it is still the same target with the same series: those must not end.
    this.#end(loop, others === 0)
  }

  #end(loop: TargetLoop, isGone: boolean): void {
    const ended = loop.stop(isGone).finally(() => this.#stopping.delete(ended))
    this.#stopping.add(ended)
  }
}

async function noLocal(name: string): Promise<never> {
  throw new Error(`there is no local target ${name}`)
}
