import { METRIC_NAME } from '#lib/model'
import type { SampleGroup, SeriesRef } from '#lib/storage'
import type { Target } from './target.ts'

const ALWAYS = [
  'up',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
  'scrape_samples_post_metric_relabeling',
  'scrape_series_added',
] as const
const EXTRA = ['scrape_timeout_seconds', 'scrape_sample_limit', 'scrape_body_size_bytes'] as const

/** What the scraper tells of each scrape. */
export interface Report {
  readonly isUp: boolean
  readonly durationMs: number
  readonly samples: number
  /** Samples after the pool's rules. */
  readonly kept: number
  readonly added: number
  readonly bodyBytes: number
}

/** The series `up` and scrape_* of one target, in the same commit as its samples. */
export class ReportSeries {
  readonly #group: SampleGroup
  readonly #target: Target
  readonly #names: readonly string[]
  readonly #refs: SeriesRef[]

  constructor(group: SampleGroup, target: Target) {
    this.#group = group
    this.#target = target
    this.#names = target.options.extraMetrics ? [...ALWAYS, ...EXTRA] : ALWAYS
    this.#refs = this.#names.map(() => 0)
  }

  add(report: Report): void {
    const { timeoutMs, sampleLimit } = this.#target.options
    const values = [
      report.isUp ? 1 : 0,
      report.durationMs / 1000,
      report.samples,
      report.kept,
      report.added,
      timeoutMs / 1000,
      sampleLimit,
      report.bodyBytes,
    ]
    for (let i = 0; i < this.#names.length; i++) this.#add(i, values[i])
  }

  /** The target is gone. */
  addStale(): void {
    for (const ref of this.#refs) if (ref !== 0) this.#group.addStale(ref)
  }

  #add(i: number, value: number): void {
    if (this.#refs[i] !== 0 && this.#group.add(this.#refs[i], value)) return
    if (this.#refs[i] !== 0 && this.#group.refusal !== 'unknown-series') return
    this.#refs[i] = this.#group.series(this.#target.labels.with({ [METRIC_NAME]: this.#names[i] }))
    if (this.#refs[i] !== 0) this.#group.add(this.#refs[i], value)
  }
}
