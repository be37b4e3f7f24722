import { counterResetHint, type FloatHistogram, type Labels } from '#lib/model'
import type { SeriesBatch } from '#lib/storage'
import { detectReset } from '../histogram/compare.ts'
import { LeafAround } from '../leaf-around.ts'

/**
 * A leaf below histogram_count and its like: where a histogram does not say whether its counter was reset, that is
 * found out by the one before. Elsewhere this would cost time and tell nothing new.
 */
export class HintingLeaf extends LeafAround {
  accept(batch: SeriesBatch, i: number, labels: Labels): void {
    if (!batch.histograms) return this.inner.accept(batch, i, labels)
    const histograms = [...batch.histograms]
    let previous: FloatHistogram | undefined
    for (let k = batch.offsets[i]; k < batch.offsets[i + 1]; k++) {
      const histogram = histograms[k]
      if (histogram && previous) histograms[k] = withHint(histogram, previous)
      previous = histogram
    }
    this.inner.accept({ ...batch, histograms }, i, labels)
  }
}

function withHint(histogram: FloatHistogram, previous: FloatHistogram): FloatHistogram {
  const { unknown, reset, notReset } = counterResetHint
  if (histogram.counterResetHint !== unknown) return histogram
  return { ...histogram, counterResetHint: detectReset(histogram, previous) ? reset : notReset }
}
