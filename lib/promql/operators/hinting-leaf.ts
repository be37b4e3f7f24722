import { counterResetHint, type FloatHistogram, type Labels, type Matcher } from '#lib/model'
import type { SeriesBatch } from '#lib/storage'
import type { Leaf } from '../fetch.ts'
import { detectReset } from '../histogram/compare.ts'

/**
 * A leaf below histogram_count and its like: where a histogram does not say whether its counter was reset, that is
 * found out by the one before. Elsewhere this would cost time and tell nothing new.
 */
export class HintingLeaf implements Leaf {
  readonly matchers: readonly Matcher[]
  readonly fromMs: number
  readonly toMs: number
  readonly #inner: Leaf

  constructor(inner: Leaf) {
    this.#inner = inner
    this.matchers = inner.matchers
    this.fromMs = inner.fromMs
    this.toMs = inner.toMs
  }

  get round(): number {
    return this.#inner.round
  }

  set round(round: number) {
    this.#inner.round = round
  }

  prepare(): void {
    this.#inner.prepare()
  }

  accept(batch: SeriesBatch, i: number, labels: Labels): void {
    if (!batch.histograms) return this.#inner.accept(batch, i, labels)
    const histograms = [...batch.histograms]
    let previous: FloatHistogram | undefined
    for (let k = batch.offsets[i]; k < batch.offsets[i + 1]; k++) {
      const histogram = histograms[k]
      if (histogram && previous) histograms[k] = withHint(histogram, previous)
      previous = histogram
    }
    this.#inner.accept({ ...batch, histograms }, i, labels)
  }
}

function withHint(histogram: FloatHistogram, previous: FloatHistogram): FloatHistogram {
  const { unknown, reset, notReset } = counterResetHint
  if (histogram.counterResetHint !== unknown) return histogram
  return { ...histogram, counterResetHint: detectReset(histogram, previous) ? reset : notReset }
}
