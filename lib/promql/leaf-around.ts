import type { Labels, Matcher } from '#lib/model'
import type { SeriesBatch } from '#lib/storage'
import type { Leaf } from './fetch.ts'

/** A leaf that does something to what another one is fed. */
export abstract class LeafAround implements Leaf {
  readonly matchers: readonly Matcher[]
  readonly fromMs: number
  readonly toMs: number
  protected readonly inner: Leaf

  constructor(inner: Leaf) {
    this.inner = inner
    this.matchers = inner.matchers
    this.fromMs = inner.fromMs
    this.toMs = inner.toMs
  }

  get round(): number {
    return this.inner.round
  }

  set round(round: number) {
    this.inner.round = round
  }

  prepare(): void {
    this.inner.prepare()
  }

  abstract accept(batch: SeriesBatch, i: number, labels: Labels): void
}
