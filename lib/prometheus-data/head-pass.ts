import { CodecError } from '#lib/codec'
import type { Labels } from '#lib/model'
import type { HeadSeries } from './head-series.ts'
import { readLog } from './log.ts'
import { readRecord, type RecordSink } from './log-records.ts'
import type { NativeHistogram } from './native-histogram.ts'
import { Pause } from './pause.ts'
import type { Problems } from './problems.ts'
import type { Exemplar } from './series-samples.ts'

/** Takes what a pass over the logs of a head finds, by the series' number. */
export interface HeadSink {
  /** The series of a number; undefined where no record has told of it. */
  find(ref: number): HeadSeries | undefined
  series(ref: number, labels: Labels): void
  deleted(series: HeadSeries, fromMs: number, toMs: number): void
  minValidTime(timeMs: number): void
  /** A sample that Prometheus would take. */
  sample(
    series: HeadSeries,
    timeMs: number,
    first: number,
    second: number,
    startMs: number,
    histogram: NativeHistogram | undefined,
  ): void
  exemplar(series: HeadSeries, exemplar: Exemplar): void
}

/** The files that a pass reads, in order. */
export interface HeadLogs {
  readonly checkpoint: readonly string[]
  readonly inOrder: readonly string[]
  readonly outOfOrder: readonly string[]
}

/** The beginning and the end of all time, as a double holds them. */
const ALL_TIME = 2 ** 63

/** One reading of the logs of a head from their begin to their end. */
export class HeadPass implements RecordSink {
  readonly #sink: HeadSink
  /** Samples in order before it are in blocks, or were deleted there. */
  #minValidMs: number
  #isOutOfOrder = false
  #unknown = 0

  constructor(sink: HeadSink, minValidMs: number) {
    this.#sink = sink
    this.#minValidMs = minValidMs
  }

  async run(logs: HeadLogs, problems: Problems, signal: AbortSignal | undefined): Promise<void> {
    await this.#read(logs.checkpoint, problems, signal)
    await this.#read(logs.inOrder, problems, signal)
    this.#isOutOfOrder = true
    await this.#read(logs.outOfOrder, problems, signal)
    if (this.#unknown > 0) {
      const file = logs.inOrder.at(-1) ?? logs.checkpoint.at(-1) ?? ''
      const problem = `${this.#unknown} entries are of series that no record names`
      problems.add({ file, offset: 0, problem, isTornTail: false })
    }
  }

  series(ref: number, labels: Labels): void {
    this.#sink.series(ref, labels)
  }

  sample(
    ref: number,
    timeMs: number,
    first: number,
    second: number,
    startMs: number,
    histogram: NativeHistogram | undefined,
  ): void {
    if (!this.#isOutOfOrder && timeMs < this.#minValidMs) return
    const series = this.#sink.find(ref)
    if (!series) {
      this.#unknown++
      return
    }
    if (!this.#isOutOfOrder) {
      // Samples out of order are in this log as well, and come again in their own.
      if (timeMs <= series.chunksToMs || timeMs <= series.lastMs) return
      series.lastMs = timeMs
    }
    this.#sink.sample(series, timeMs, first, second, startMs, histogram)
  }

  deleted(ref: number, fromMs: number, toMs: number): void {
    const series = this.#sink.find(ref)
    if (!series) this.#unknown++
    else if (fromMs <= -ALL_TIME && toMs >= ALL_TIME) series.remove()
    else this.#sink.deleted(series, fromMs, toMs)
  }

  exemplar(ref: number, exemplar: Exemplar): void {
    if (exemplar.timeMs < this.#minValidMs) return
    const series = this.#sink.find(ref)
    if (series) this.#sink.exemplar(series, exemplar)
    else this.#unknown++
  }

  minValidTime(timeMs: number): void {
    this.#minValidMs = Math.max(this.#minValidMs, timeMs)
    this.#sink.minValidTime(timeMs)
  }

  async #read(files: readonly string[], problems: Problems, signal: AbortSignal | undefined): Promise<void> {
    const pause = new Pause(signal)
    for (const { file, offset, bytes } of readLog(files, problems)) {
      if (pause.isDue) await pause.take()
      try {
        readRecord(bytes, this)
      } catch (error) {
        if (!(error instanceof CodecError)) throw error
        const problem = `record of kind ${bytes[0]}: ${error.message}`
        problems.add({ file, offset, problem, isTornTail: false })
      }
    }
  }
}
