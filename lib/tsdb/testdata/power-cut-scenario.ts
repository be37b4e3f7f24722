import { join } from 'node:path'
import { Labels } from '#lib/model'
import type { SampleGroup } from '#lib/storage'
import type { StoreOptions } from '../store-options.ts'
import { seeded } from './disk-model.ts'
import { InlineSync } from './inline-sync.ts'
import { RecordedFiles } from './recorded-files.ts'
import { START, TestStore } from './test-store.ts'

export const RETENTION_MS = 7000
const RANGE_MS = 2400
const LAST_MS = 17_000

/** A sample that was offered to the store. */
export interface Offered {
  readonly timeMs: number
  readonly text: string
  /** Steps of the disk before it was offered, and when it was known to be on the disk; Infinity: never. */
  readonly from: number
  durableAt: number
}

/** Options with which the scenario and what looks at its remains open a store. */
export function scenarioOptions(files: RecordedFiles, nowMs: () => number): Partial<StoreOptions> {
  return {
    files,
    blockRangeMs: RANGE_MS,
    retentionMs: RETENTION_MS,
    outOfOrderMs: 3000,
    now: nowMs,
    openSync: (folder, state) => new InlineSync(files, folder, state),
  }
}

/**
 * A store's life on a recorded disk: writers commit, some wait until their samples are on the disk, series come and go, blocks are
 * written and deleted, syncs fail, and the program is stopped, killed and started again.
 */
export class PowerCutScenario {
  readonly files: RecordedFiles
  /** By series, in the order of offering. */
  readonly offered = new Map<string, Offered[]>()
  /** The clock at each number of steps, ascending. */
  readonly clock: { readonly steps: number; readonly nowMs: number }[] = []
  readonly #folder: string
  readonly #random: () => number
  #nowMs = START
  #test: TestStore
  #groups: SampleGroup[]
  #undecided: Offered[] = []
  #next = 0

  constructor(root: string, seed: number) {
    this.#folder = join(root, 'above/data')
    this.#random = seeded(seed)
    this.files = new RecordedFiles(root)
    this.#test = this.#start()
    this.#groups = this.#openGroups()
  }

  /** Runs to the end and closes the store. */
  async run(): Promise<void> {
    for (let turn = 1; this.#nowMs < START + LAST_MS; turn++) {
      this.#nowMs += 100 + Math.floor(this.#random() * 500)
      this.clock.push({ steps: this.files.steps.length, nowMs: this.#nowMs })
      for (let i = 0; i < 3; i++) if (this.#random() < 0.7) this.#commit(i)
      const chance = this.#random()
      if (turn % 13 === 0) await this.#restart(chance < 0.6)
      else if (turn % 17 === 0) await this.#failSync()
      else if (chance < 0.4) await this.#wait()
      else if (chance < 0.8) await this.#test.maintain()
    }
    await this.#stop(false)
  }

  #commit(number: number): void {
    const group = this.#groups[number]
    const from = this.files.steps.length
    const taken: Offered[] = []
    group.begin(this.#nowMs)
    for (let i = 0; i < 4; i++) {
      if (this.#random() < 0.4) continue
      // Some series end, and others begin.
      const era = Math.floor((this.#nowMs - START + i * 1000) / 9000)
      const labels = Labels.from({ __name__: 'm', group: `${number}`, i: `${i}`, era: i < 2 ? '' : `${era}` })
      const value = this.#next++
      // Some bring times of their own, and some come late.
      const timeMs = i === 3 ? this.#nowMs - (this.#random() < 0.3 ? 1500 : 5) : this.#nowMs
      const ref = group.series(labels)
      if (!(i === 3 ? group.addAt(ref, timeMs, value) : group.add(ref, value))) continue
      const sample = { timeMs, text: `${timeMs - START}=${value}`, from, durableAt: Infinity }
      taken.push(sample)
      this.offered.set(labels.key, [...(this.offered.get(labels.key) ?? []), sample])
    }
    if (!group.commit()) throw new Error(`commit: ${group.refusal}`)
    this.#undecided.push(...taken)
  }

  async #wait(): Promise<void> {
    const samples = this.#undecided
    if (!(await this.#test.store.durable())) return
    for (const sample of samples) sample.durableAt = this.files.steps.length
    this.#undecided = []
  }

  /** The writer is told so, comes again, and is then told that all is on the disk. */
  async #failSync(): Promise<void> {
    this.#commit(0)
    this.files.failingSyncs = 1
    if (await this.#test.store.durable()) throw new Error('a failed sync was not noticed')
    this.files.failingSyncs = 0
    await this.#wait()
  }

  async #restart(isKilled: boolean): Promise<void> {
    await this.#stop(isKilled)
    this.#test = this.#start()
    this.#groups = this.#openGroups()
    // What was there before the start is in the head: a writer that comes again is told that it is on the disk.
    await this.#wait()
  }

  async #stop(isKilled: boolean): Promise<void> {
    this.files.isDead = isKilled
    await this.#test[Symbol.asyncDispose]()
    this.files.isDead = false
  }

  #start(): TestStore {
    return new TestStore(this.#folder, scenarioOptions(this.files, () => this.#nowMs))
  }

  #openGroups(): SampleGroup[] {
    return [0, 1, 2].map((n) => this.#test.store.appender.openGroup(`g${n}`))
  }
}
