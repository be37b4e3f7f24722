import type { Labels } from '#lib/model'
import type { SampleColumns } from './sample-columns.ts'

/** A value with labels of its own, such as a trace, that stands for others. */
export interface Exemplar {
  readonly labels: Labels
  readonly timeMs: number
  readonly value: number
}

/** A series with its samples in order of time, no two of one time. */
export interface SeriesSamples {
  readonly labels: Labels
  /** Belongs to the reader, and is valid until the next series is asked for. */
  readonly samples: SampleColumns
  /** In order of time; blocks keep none. */
  readonly exemplars: readonly Exemplar[]
}
