import { statSync } from 'node:fs'
import { join } from 'node:path'
import { compareLabels } from '#lib/model'
import { type HeadChunk, HeadChunks } from './head-chunks.ts'
import { type HeadLogs, HeadPass, type HeadSink } from './head-pass.ts'
import { HeadSeries } from './head-series.ts'
import { filesAfterCheckpoint, logFiles } from './log.ts'
import { Problems } from './problems.ts'
import { SampleColumns } from './sample-columns.ts'
import type { Exemplar, SeriesSamples } from './series-samples.ts'
import { TimeSlices } from './time-slices.ts'

/** What a histogram and an exemplar take in memory, in floats. */
const HISTOGRAM_WEIGHT = 24
const EXEMPLAR_WEIGHT = 12

/**
 * The head of a data folder: chunks that it has written, and its logs. `survey` reads the logs once, to know series and times;
 * `gather` reads them again for a window of time, of which `series` then gives the samples.
 */
export class HeadReader implements Disposable {
  readonly #chunks: HeadChunks
  readonly #logs: HeadLogs
  readonly #byRef = new Map<number, HeadSeries>()
  readonly #scratch = new SampleColumns()
  #sorted: HeadSeries[] = []
  #minValidMs: number
  #fromMs = Infinity
  #toMs = -Infinity
  #passes = 0

  /** Samples in order before `minValidMs` are in blocks, or were deleted there. */
  constructor(folder: string, minValidMs: number) {
    this.#chunks = new HeadChunks(join(folder, 'chunks_head'))
    const { checkpoint, rest } = filesAfterCheckpoint(join(folder, 'wal'))
    this.#logs = { checkpoint, inOrder: rest, outOfOrder: logFiles(join(folder, 'wbl')) }
    this.#minValidMs = minValidMs
  }

  /** Of its samples, both ends included; Infinity and -Infinity where there is none. */
  get range(): { readonly fromMs: number; readonly toMs: number } {
    return { fromMs: this.#fromMs, toMs: this.#toMs }
  }

  /** Bytes of the logs: what each pass reads. */
  get logBytes(): number {
    const { checkpoint, inOrder, outOfOrder } = this.#logs
    return [...checkpoint, ...inOrder, ...outOfOrder].reduce((sum, path) => sum + statSync(path).size, 0)
  }

  get chunkBytes(): number {
    return this.#chunks.size
  }

  get readBytes(): number {
    return this.#passes * this.logBytes + this.#chunks.readBytes
  }

  /** Learns series and times; gives windows of time of which none has more samples in the logs than `most`. */
  async survey(most: number, problems: Problems, signal?: AbortSignal): Promise<TimeSlices> {
    const known = problems.count
    const chunks = this.#listChunks(problems)
    // Where a chunk is missing, the log may still have what was in it.
    const areWhole = problems.count === known
    const slices = new TimeSlices()
    const sink: HeadSink = {
      find: (ref) => this.#byRef.get(ref),
      series: (ref, labels) => {
        if (this.#byRef.get(ref)?.labels.equals(labels)) return
        const series = new HeadSeries(labels)
        this.#byRef.set(ref, series)
        addChunks(series, chunks.get(ref) ?? [], areWhole)
        chunks.delete(ref)
      },
      deleted: (series, fromMs, toMs) => {
        series.deleted.push({ fromMs, toMs })
      },
      minValidTime: (timeMs) => {
        this.#minValidMs = Math.max(this.#minValidMs, timeMs)
      },
      sample: (_series, timeMs, _first, _second, _startMs, histogram) => {
        this.#widen(timeMs, timeMs)
        slices.add(timeMs, histogram ? HISTOGRAM_WEIGHT : 1)
      },
      exemplar: (_series, { timeMs }) => {
        slices.add(timeMs, EXEMPLAR_WEIGHT)
      },
    }
    await new HeadPass(sink, this.#minValidMs).run(this.#logs, problems, signal)
    this.#tellUnknown(chunks, problems)
    this.#sorted = [...this.#byRef.values()].sort((a, b) => compareLabels(a.labels, b.labels))
    for (const series of this.#sorted) for (const chunk of series.chunks) this.#widenByChunk(chunk)
    slices.cut(most)
    return slices
  }

  /** Reads the logs for samples with fromMs <= t < toMs. */
  async gather(fromMs: number, toMs: number, signal?: AbortSignal): Promise<void> {
    for (const series of this.#byRef.values()) series.startPass()
    const takes = (series: HeadSeries, timeMs: number) => timeMs >= fromMs && timeMs < toMs && !series.isDeleted(timeMs)
    const sink: HeadSink = {
      find: (ref) => this.#byRef.get(ref),
      series: () => {
        // Known since the survey, as are deleted times.
      },
      deleted: () => {
        // As above.
      },
      minValidTime: () => {
        // As above.
      },
      sample: (series, timeMs, first, second, startMs, histogram) => {
        if (takes(series, timeMs)) series.add().add(timeMs, first, second, startMs, histogram)
      },
      exemplar: (series, exemplar) => {
        if (takes(series, exemplar.timeMs)) series.exemplars.push(exemplar)
      },
    }
    // What is damaged was told by the survey.
    await new HeadPass(sink, this.#minValidMs).run(this.#logs, new Problems(), signal)
    this.#passes++
  }

  /** The series that have samples in the window that was gathered, in order of their labels. */
  *series(problems: Problems, fromMs: number, toMs: number): Generator<SeriesSamples> {
    const samples = new SampleColumns()
    for (let at = 0; at < this.#sorted.length;) {
      const { labels } = this.#sorted[at]
      const exemplars: Exemplar[] = []
      samples.clear()
      for (; at < this.#sorted.length && this.#sorted[at].labels.equals(labels); at++) {
        const series = this.#sorted[at]
        for (const chunk of series.chunks) {
          if (chunk.toMs >= fromMs && chunk.fromMs < toMs)
            this.#readChunk(series, chunk, fromMs, toMs, samples, problems)
        }
        if (series.samples) samples.addRange(series.samples, 0, series.samples.count)
        for (const exemplar of series.exemplars) exemplars.push(exemplar)
        // Memory shrinks while the window is read.
        series.startPass()
      }
      samples.sort()
      if (samples.count > 0) yield { labels, samples, exemplars: exemplars.sort((a, b) => a.timeMs - b.timeMs) }
    }
  }

  [Symbol.dispose](): void {
    this.#chunks[Symbol.dispose]()
  }

  #readChunk(
    series: HeadSeries,
    chunk: HeadChunk,
    fromMs: number,
    toMs: number,
    out: SampleColumns,
    problems: Problems,
  ): void {
    const scratch = this.#scratch
    scratch.clear()
    try {
      this.#chunks.read(chunk, scratch)
    } catch (error) {
      return problems.addError(error)
    }
    const first = chunk.isOutOfOrder ? fromMs : Math.max(fromMs, this.#minValidMs)
    for (let i = 0; i < scratch.count; i++) {
      const timeMs = scratch.times[i]
      if (timeMs >= first && timeMs < toMs && !series.isDeleted(timeMs)) out.addFrom(scratch, i)
    }
  }

  #listChunks(problems: Problems): Map<number, HeadChunk[]> {
    const chunks = new Map<number, HeadChunk[]>()
    for (const chunk of this.#chunks.list(problems)) {
      const list = chunks.get(chunk.ref)
      if (list) list.push(chunk)
      else chunks.set(chunk.ref, [chunk])
    }
    return chunks
  }

  /** Chunks of series that the logs do not name, and that are not in blocks already. */
  #tellUnknown(chunks: ReadonlyMap<number, readonly HeadChunk[]>, problems: Problems): void {
    const unknown = [...chunks.values()].flat().filter((chunk) => chunk.toMs >= this.#minValidMs)
    if (unknown.length === 0) return
    const { file, offset } = unknown[0]
    const problem = `${unknown.length} chunks are of series that no record names, the first here`
    problems.add({ file: file.path, offset, problem, isTornTail: false })
  }

  #widenByChunk({ isOutOfOrder, fromMs, toMs }: HeadChunk): void {
    if (isOutOfOrder) this.#widen(fromMs, toMs)
    else if (toMs >= this.#minValidMs) this.#widen(Math.max(fromMs, this.#minValidMs), toMs)
  }

  #widen(fromMs: number, toMs: number): void {
    if (fromMs < this.#fromMs) this.#fromMs = fromMs
    if (toMs > this.#toMs) this.#toMs = toMs
  }
}

function addChunks(series: HeadSeries, chunks: readonly HeadChunk[], areWhole: boolean): void {
  const inOrder = chunks.filter((chunk) => !chunk.isOutOfOrder)
  series.chunks = [...inOrder, ...chunks.filter((chunk) => chunk.isOutOfOrder)]
  if (areWhole) series.chunksToMs = inOrder.reduce((last, chunk) => Math.max(last, chunk.toMs), -Infinity)
}
