import type { BlockMeta } from './block-meta.ts'
import { PrometheusBlockReader } from './block-reader.ts'
import type { HeadReader } from './head-reader.ts'
import { mergeSeries } from './merge-series.ts'
import { Pause } from './pause.ts'
import type { Problems } from './problems.ts'
import type { SeriesSamples } from './series-samples.ts'
import type { TimeWindow } from './time-slices.ts'

/** A block that a source reads. */
export interface SourceBlock {
  readonly folder: string
  readonly meta: BlockMeta
  readonly size: number
}

/** A stretch of what a data folder holds: a block, blocks that overlap, or a stretch of the head with the blocks that overlap it. */
export class DataSource {
  readonly blocks: readonly BlockMeta[]
  readonly hasHead: boolean
  /** Of its samples, both ends included. */
  readonly fromMs: number
  readonly toMs: number
  /** Bytes to read. */
  readonly size: number
  readonly #blocks: readonly SourceBlock[]
  readonly #head: HeadReader | undefined
  readonly #window: TimeWindow
  readonly #problems: Problems
  /** What gives `readBytes` while the source is read. */
  #read: () => number = () => 0

  constructor(blocks: readonly SourceBlock[], head: HeadReader | undefined, window: TimeWindow, problems: Problems) {
    this.blocks = blocks.map(({ meta }) => meta)
    this.hasHead = head !== undefined
    this.#blocks = blocks
    this.#head = head
    this.#window = window
    this.#problems = problems
    const from = [...this.blocks.map(({ minTime }) => minTime), head?.range.fromMs ?? Infinity]
    const to = [...this.blocks.map(({ maxTime }) => maxTime - 1), head?.range.toMs ?? -Infinity]
    this.fromMs = Math.max(window.fromMs, Math.min(...from))
    this.toMs = Math.min(window.toMs - 1, Math.max(...to))
    const ofHead = head ? head.logBytes + head.chunkBytes : 0
    this.size = blocks.reduce((sum, { size }) => sum + size, ofHead)
  }

  /** Bytes read so far: as much as `size` once all series were given. */
  get readBytes(): number {
    return this.#read()
  }

  /** The series in order of their labels; one is valid until the next is asked for. Lets others run now and then. */
  async *series(signal?: AbortSignal): AsyncGenerator<SeriesSamples> {
    using stack = new DisposableStack()
    const readers = this.#blocks.flatMap(({ folder }) => {
      try {
        return [stack.use(new PrometheusBlockReader(folder))]
      } catch (error) {
        this.#problems.addError(error)
        return []
      }
    })
    const { fromMs, toMs } = this.#window
    const head = this.#head
    const headBefore = head?.readBytes ?? 0
    const read = () => readers.reduce((sum, reader) => sum + reader.readBytes, head ? head.readBytes - headBefore : 0)
    this.#read = () => Math.min(this.size, read())
    await head?.gather(fromMs, toMs, signal)
    const sources: Iterable<SeriesSamples>[] = readers.map((reader) => reader.series(this.#problems, fromMs, toMs))
    if (head) sources.push(head.series(this.#problems, fromMs, toMs))
    const pause = new Pause(signal)
    for (const series of mergeSeries(sources)) {
      if (pause.isDue) await pause.take()
      yield series
    }
    this.#read = () => this.size
  }
}
