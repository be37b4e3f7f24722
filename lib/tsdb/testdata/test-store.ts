import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isStaleAt, wordsOf } from '#lib/model'
import { everything, type Querier } from '#lib/storage'
import { compactBlocks } from '../compact.ts'
import { eraseSeries } from '../erase.ts'
import { compactHead } from '../flush.ts'
import { snapshotStore } from '../snapshot.ts'
import { openReader, type StoreReader } from '../store-reader.ts'
import type { StoreOptions } from '../store-options.ts'
import { openStore, type Store } from '../store.ts'

/** Far enough in the past that no test meets the clock. */
export const START = 1_690_000_000_000

/** A folder that is gone when it is disposed of. */
export class TestFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'store-'));

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** A store with one reader in the same thread, which also writes its blocks. */
export class TestStore implements AsyncDisposable {
  readonly store: Store
  readonly reader: StoreReader
  /** Flushes that are under way. */
  flushing: Promise<unknown>

  constructor(folder: string, options: Partial<StoreOptions> = {}) {
    this.flushing = Promise.resolve()
    this.store = openStore({
      folder,
      retentionMs: 0,
      retentionBytes: 0,
      retentionPercentage: 0,
      blockRangeMs: 7_200_000,
      maxBlockRangeMs: 7_200_000,
      maxSeries: 0,
      maxBytes: 0,
      flush: (job) => {
        const flush = compactHead(this.reader, job, options.files)
        // Who fails is told by the store.
        this.flushing = flush.catch(() => {})
        return flush
      },
      compact: (job) => {
        const compaction = compactBlocks(folder, job, options.files)
        this.flushing = Promise.all([this.flushing, compaction])
        return compaction
      },
      erase: async (job) => eraseSeries(this.reader, job, options.files),
      snapshot: async (job) => snapshotStore(this.reader, job, options.files),
      ...options,
    })
    this.reader = openReader(this.store.handle().value)
  }

  /** Runs maintenance until all flushes that are due are done. */
  async maintain(): Promise<void> {
    for (let i = 0; i < 8; i++) {
      this.store.maintain()
      await this.flushing
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flushing
    this.reader.close()
    await this.store.flushAndClose()
  }
}

/** All samples by label set, as `time=value` (`S`: a stale marker). */
export async function readAll(querier: Querier, startMs = -Infinity, endMs = Infinity): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for await (const batch of querier.select(everything, { matchers: [], startMs, endMs })) {
    const words = wordsOf(batch.values)
    for (let i = 0; i < batch.count; i++) {
      const samples: string[] = []
      const toTimes = batch.timeOffsets[i] - batch.offsets[i]
      for (let k = batch.offsets[i]; k < batch.offsets[i + 1]; k++) {
        samples.push(sampleText(batch.times[k + toTimes], isStaleAt(words, k) ? undefined : batch.values[k]))
      }
      const key = querier.labels.get(batch.labels[i]).key
      if (found.has(key)) throw new Error(`${key} came twice`)
      found.set(key, samples)
    }
  }
  return found
}

/** A sample as `readAll` writes it. */
export function sampleText(timeMs: number, value: number | undefined): string {
  const text = value === undefined ? 'S' : Object.is(value, -0) ? '-0' : String(value)
  return `${timeMs - START}=${text}`
}
