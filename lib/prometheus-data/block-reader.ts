import { join } from 'node:path'
import { type BlockMeta, readMeta } from './block-meta.ts'
import { ChunkSegments, segmentName } from './chunk-segments.ts'
import { PrometheusDataError } from './data-error.ts'
import { IndexFile, type IndexSeries } from './index-file.ts'
import { type Intervals, removeDeleted } from './intervals.ts'
import type { Problems } from './problems.ts'
import { SampleColumns } from './sample-columns.ts'
import type { SeriesSamples } from './series-samples.ts'
import { readTombstones } from './tombstones.ts'

/** Reads a block's folder, series by series. */
export class PrometheusBlockReader implements Disposable {
  readonly folder: string
  readonly meta: BlockMeta
  readonly #index: IndexFile
  readonly #chunks: ChunkSegments
  readonly #deleted: Intervals

  /** Throws a PrometheusDataError where meta.json, the index or the tombstones are damaged. */
  constructor(folder: string) {
    this.folder = folder
    this.meta = readMeta(folder)
    this.#deleted = readTombstones(join(folder, 'tombstones'))
    this.#index = new IndexFile(join(folder, 'index'))
    this.#chunks = new ChunkSegments(join(folder, 'chunks'))
  }

  /** Bytes to read. */
  get size(): number {
    return this.#index.size + this.#chunks.size
  }

  get readBytes(): number {
    return this.#index.readBytes + this.#chunks.readBytes
  }

  /**
   * The series that have samples with fromMs <= t < toMs, in order of their labels, with what was deleted left out. What cannot
   * be read is told to `problems`.
   */
  *series(problems: Problems, fromMs = -Infinity, toMs = Infinity): Generator<SeriesSamples> {
    const samples = new SampleColumns()
    for (const series of this.#index.series(problems)) {
      samples.clear()
      this.#read(series, fromMs, toMs, samples, problems)
      if (samples.count > 0) yield { labels: series.labels, samples, exemplars: [] }
    }
  }

  [Symbol.dispose](): void {
    this.#index[Symbol.dispose]()
    this.#chunks[Symbol.dispose]()
  }

  #read({ ref, chunks }: IndexSeries, fromMs: number, toMs: number, to: SampleColumns, problems: Problems): void {
    let isCut = false
    for (const chunk of chunks) {
      if (chunk.toMs < fromMs || chunk.fromMs >= toMs) continue
      isCut ||= chunk.fromMs < fromMs || chunk.toMs >= toMs
      try {
        this.#chunks.read(chunk.segment, chunk.offset, to)
      } catch (error) {
        problems.addError(this.#asError(error, chunk.segment))
      }
    }
    if (isCut) to.filter((i) => to.times[i] >= fromMs && to.times[i] < toMs)
    removeDeleted(to, this.#deleted.of(ref))
    to.sort()
  }

  /** A file of chunks that is not there is damage of the block like any other. */
  #asError(error: unknown, segment: number): unknown {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return isMissing
      ? new PrometheusDataError(join(this.folder, 'chunks', segmentName(segment)), 0, 'the file is missing', error)
      : error
  }
}
