import type { Labels, StoredHistogram } from '#lib/model'
import type { Appender, Refusal, SampleGroup, SeriesRef } from '#lib/storage'

/** One sample as a test sees it. `stale` stands for the stale marker. */
export interface Recorded {
  readonly key: string
  readonly timeMs: number
  readonly value: number | 'stale' | StoredHistogram
}

/** An Appender that keeps what is committed, for tests and benchmarks. */
export class RecordingAppender implements Appender {
  readonly groups: RecordingGroup[] = []
  readonly commits: Recorded[][] = []
  readonly metadata = new Map<string, { type?: string; help?: string; unit?: string }>()
  readonly #ids = new Map<string, SeriesRef>()
  readonly #labels: Labels[] = []

  openGroup(name: string): RecordingGroup {
    const group = new RecordingGroup(this, name)
    this.groups.push(group)
    return group
  }

  idOf(labels: Labels): SeriesRef {
    let id = this.#ids.get(labels.key)
    if (id === undefined) {
      this.#ids.set(labels.key, (id = this.#labels.push(labels)))
    }
    return id
  }

  labelsOf(ref: SeriesRef): Labels | undefined {
    return this.#labels[ref - 1]
  }

  /** The last commit as `{labels} → value`. */
  last(): Map<string, Recorded['value']> {
    return new Map((this.commits.at(-1) ?? []).map(({ key, value }) => [key, value]))
  }
}

/** A group of a RecordingAppender. */
export class RecordingGroup implements SampleGroup {
  refusal: Refusal
  isClosed: boolean
  /** What `commit` answers. */
  accepts: boolean
  readonly name: string
  readonly #owner: RecordingAppender
  #timeMs: number
  #samples: Recorded[]

  constructor(owner: RecordingAppender, name: string) {
    this.refusal = 'none'
    this.isClosed = false
    this.accepts = true
    this.name = name
    this.#owner = owner
    this.#timeMs = Number.NaN
    this.#samples = []
  }

  series(labels: Labels): SeriesRef {
    return this.#owner.idOf(labels)
  }

  begin(timeMs: number): void {
    this.#timeMs = timeMs
    this.#samples = []
  }

  add(ref: SeriesRef, value: number): boolean {
    return this.#put(ref, this.#timeMs, value)
  }

  addStale(ref: SeriesRef): boolean {
    return this.#put(ref, this.#timeMs, 'stale')
  }

  addAt(ref: SeriesRef, timeMs: number, value: number): boolean {
    return this.#put(ref, timeMs, value)
  }

  addHistogram(ref: SeriesRef, histogram: StoredHistogram): boolean {
    return this.#put(ref, this.#timeMs, histogram)
  }

  addHistogramAt(ref: SeriesRef, timeMs: number, histogram: StoredHistogram): boolean {
    return this.#put(ref, timeMs, histogram)
  }

  metadata(family: string, type: string, help: string, unit: string): void {
    const known = this.#owner.metadata.get(family) ?? {}
    if (type !== '') known.type = type
    if (help !== '') known.help = help
    if (unit !== '') known.unit = unit
    this.#owner.metadata.set(family, known)
  }

  commit(): boolean {
    if (this.accepts) this.#owner.commits.push(this.#samples)
    this.#samples = []
    return this.accepts
  }

  rollback(): void {
    this.#samples = []
  }

  close(): void {
    this.isClosed = true
  }

  #put(ref: SeriesRef, timeMs: number, value: Recorded['value']): boolean {
    const labels = this.#owner.labelsOf(ref)
    this.refusal = labels ? 'none' : 'unknown-series'
    if (labels) this.#samples.push({ key: JSON.stringify(labels), timeMs, value })
    return labels !== undefined
  }
}
