import type { MetricFamily } from '#lib/exposition'

/** A part of this program that gives metrics: what `/metrics…` answers, and what the own store scrapes without HTTP. */
export interface LocalTarget {
  /** The job its samples get. */
  readonly job: string
  /** Where it is served over HTTP. */
  readonly path: string
  collect(params: Readonly<Record<string, readonly string[]>>): Promise<readonly MetricFamily[]>
}
