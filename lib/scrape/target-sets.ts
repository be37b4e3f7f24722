import { setTimeout as sleep } from 'node:timers/promises'
import type { DiscoveredGroup } from '#lib/discovery'
import type { Logger } from '#lib/log'
import type { TelemetryFamily } from '#lib/telemetry'
import { chooseTargets, type PoolChoice } from './choose-targets.ts'
import type { DroppedTarget } from './drop-reason.ts'
import { type ActiveTarget, activeTargets, type DroppedOptions, droppedTargets } from './shown-targets.ts'
import { groupKey, isOwnedBy, type Pool, poolOf, putGroup, resolveGroups } from './found-pool.ts'
import type { PoolConfig } from './pool.ts'
import type { TargetsChange } from './scrape-target.ts'
import { SentTargets } from './sent-targets.ts'
import { sliced } from './sliced.ts'
import { SyncTelemetry } from './sync-telemetry.ts'
import type { TargetStatus } from './target-loop.ts'
import type { Route } from './target-route.ts'

/** After a change that came out of the blue; each following one waits twice as long, up to the last. */
const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5000

/** What turning groups into targets needs. */
export interface TargetSetsParts {
  readonly log: Logger
  /** Hands a change to the thread that scrapes. Changes come one after the other. */
  send(change: TargetsChange): Promise<void>
  readonly route?: Route
  /** How many targets the objects of one namespace may have together; 0 is no limit. */
  readonly namespaceTargetLimit?: number
  readonly namespaceSampleLimit?: number
}

/** Turns what was found into what is scraped, and keeps what was dropped with the reason. Lives in the main thread. */
export class TargetSets {
  readonly #parts: TargetSetsParts
  readonly #telemetry: SyncTelemetry
  readonly #stop: AbortController
  #pools: Map<string, Pool>
  #nextSetup: number
  #choices: readonly PoolChoice[]
  readonly #sent: SentTargets
  #isDirty: boolean
  #isUrgent: boolean
  #running: Promise<void> | undefined
  #wake: AbortController
  #waitMs: number
  #lastMs: number

  constructor(parts: TargetSetsParts) {
    this.#parts = parts
    this.#telemetry = new SyncTelemetry()
    this.#stop = new AbortController()
    this.#pools = new Map()
    this.#nextSetup = 1
    this.#choices = []
    this.#sent = new SentTargets((change) => parts.send(change), parts.namespaceSampleLimit ?? 0)
    this.#isDirty = false
    this.#isUrgent = false
    this.#running = undefined
    this.#wake = new AbortController()
    this.#waitMs = FIRST_WAIT_MS
    this.#lastMs = 0
  }

  /** These are the pools from now on. A pool that is the same keeps its groups and targets. */
  setPools(configs: readonly PoolConfig[]): void {
    const pools = new Map<string, Pool>()
    for (const config of configs) {
      pools.set(
        config.name,
        poolOf(config, this.#pools.get(config.name), () => this.#nextSetup++),
      )
    }
    this.#pools = pools
    this.#changed(true)
  }

  /**
   * What was found for a pool by one of its discoveries (`owner` tells them apart: `kubernetesOwner(i)` is the one of
   * `kubernetes[i]`, whose groups go when that changes). A group takes the place of the
   * one of the same source, and without targets only removes it; `isComplete`: what is not named is gone.
   */
  setGroups(pool: string, owner: string, groups: readonly DiscoveredGroup[], isComplete = false): void {
    const state = this.#pools.get(pool)
    // A discovery may be a moment late when its pool is gone.
    if (state === undefined) return
    const wanted = new Set(groups.map(({ source }) => groupKey(owner, source)))
    const gone = isComplete ? [...state.groups.keys()].filter((key) => isOwnedBy(key, owner)) : []
    let isChanged = false
    for (const key of gone) if (!wanted.has(key)) isChanged = state.groups.delete(key) || isChanged
    for (const group of groups) isChanged = putGroup(state.groups, groupKey(owner, group.source), group) || isChanged
    if (isChanged) this.#changed(false)
  }

  /** The ways to targets have changed: routes are asked again. */
  refreshRoutes(): void {
    for (const pool of this.#pools.values()) pool.ways = new WeakMap()
    this.#changed(true)
  }

  /** Resolves when all that was set is sent. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) {
      this.#hurry()
      await this.#running
    }
  }

  /** Joins what the scraping thread tells with what is known here, in the order of pools and groups. */
  active(statuses: readonly TargetStatus[]): Promise<ActiveTarget[]> {
    return sliced(activeTargets(this.#choices, statuses))
  }

  /** What is not scraped and why, at most `keep_dropped_targets` of each pool. */
  dropped(options: DroppedOptions = {}): Promise<DroppedTarget[]> {
    return sliced(droppedTargets(this.#choices, options))
  }

  /** How many targets of each pool are not scraped. */
  droppedCounts(): Record<string, number> {
    return Object.fromEntries(this.#choices.map(({ resolver, dropped }) => [resolver.pool.name, dropped.length]))
  }

  /** The names of the pools, in order. */
  poolNames(): string[] {
    return [...this.#pools.keys()]
  }

  telemetry(): TelemetryFamily[] {
    return this.#telemetry.families(this.#choices)
  }

  /** Nothing is sent afterwards. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#hurry()
    await this.#running
  }

  #changed(isUrgent: boolean): void {
    this.#isDirty = true
    this.#isUrgent ||= isUrgent
    if (isUrgent) this.#hurry()
    if (this.#stop.signal.aborted || this.#running) return
    this.#running = this.#run().finally(() => {
      this.#running = undefined
    })
  }

  #hurry(): void {
    this.#isUrgent = true
    this.#wake.abort()
  }

  async #run(): Promise<void> {
    while (this.#isDirty && !this.#stop.signal.aborted) {
      await this.#wait()
      if (this.#stop.signal.aborted) return
      this.#isDirty = false
      this.#isUrgent = false
      try {
        await this.#sync()
      } catch (error) {
        this.#parts.log.error({ err: error }, 'targets could not be handed to the scraper; they are tried again')
        this.#isDirty = true
        await sleep(FIRST_WAIT_MS, undefined, { ref: false })
      }
      this.#lastMs = Date.now()
    }
  }

  /** Lets changes that come together be taken together: at once after a calm, then less and less often. */
  async #wait(): Promise<void> {
    const calmMs = Date.now() - this.#lastMs
    if (calmMs > 2 * LONGEST_WAIT_MS) this.#waitMs = FIRST_WAIT_MS
    const dueMs = Math.max(0, this.#waitMs - calmMs)
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2)
    this.#wake = new AbortController()
    if (this.#isUrgent || dueMs === 0) return
    const { signal } = this.#wake
    await sleep(dueMs, undefined, { signal, ref: false }).catch(hurried)
  }

  async #sync(): Promise<void> {
    const pools = [...this.#pools.values()]
    for (const pool of pools) {
      const started = performance.now()
      const isChanged = await sliced(resolveGroups(pool))
      if (isChanged) this.#telemetry.synced(pool.resolver.pool.name, (performance.now() - started) / 1000)
    }
    const { route, namespaceTargetLimit = 0 } = this.#parts
    const choices = await sliced(chooseTargets(pools, { route, namespaceTargetLimit }))
    this.#telemetry.chose(choices)
    await this.#sent.become(pools, choices)
    this.#choices = choices
  }
}

/** Somebody could not wait, which is what the signal is for. */
function hurried(): void {}
