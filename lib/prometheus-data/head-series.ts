import type { Labels } from '#lib/model'
import type { HeadChunk } from './head-chunks.ts'
import { type Interval, isDeleted } from './intervals.ts'
import { SampleColumns } from './sample-columns.ts'
import type { Exemplar } from './series-samples.ts'

/** What the head holds under one number. A series that went and came again has several numbers. */
export class HeadSeries {
  readonly labels: Labels
  /** Chunks in order, then those out of order. */
  chunks: HeadChunk[] = []
  /** Of the last chunk in order: what the log says of times up to it is in chunks, if all of those are whole. */
  chunksToMs = -Infinity
  deleted: Interval[] = []
  /** The time of the last sample in order that the log told. */
  lastMs = -Infinity
  /** Samples of the log within the window that is being read, and of the log of those out of order. */
  samples: SampleColumns | undefined = undefined
  exemplars: Exemplar[] = []

  constructor(labels: Labels) {
    this.labels = labels
  }

  /** Forgets what a pass over the log gathered. */
  startPass(): void {
    this.lastMs = -Infinity
    this.samples = undefined
    this.exemplars = []
  }

  /** The series was removed: what was told so far does not count. */
  remove(): void {
    this.startPass()
    this.chunks = []
    this.chunksToMs = -Infinity
    this.deleted = []
  }

  isDeleted(timeMs: number): boolean {
    return this.deleted.length > 0 && isDeleted(timeMs, this.deleted)
  }

  add(): SampleColumns {
    return (this.samples ??= new SampleColumns())
  }
}
