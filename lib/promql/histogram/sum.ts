import { counterResetHint, type FloatHistogram } from '#lib/model'
import { annotationTexts, type Annotations } from '../annotations.ts'
import type { Span } from '../ast.ts'
import { isInfinite, kahanCompensation } from '../kahan.ts'
import { addHistograms, divideHistogram, scaleHistogram, type HistogramNotes } from './arithmetic.ts'

/** Adds histograms up one by one, or takes their mean; sums of counts and of observations are compensated. */
export class HistogramSum {
  readonly #isMean: boolean
  readonly #notes: HistogramNotes = { collision: false, reconciled: false }
  #total: FloatHistogram | undefined
  #count = 0
  #sumC = 0
  #countC = 0
  #sawReset = false
  #sawNotReset = false
  #isMixed = false
  #isIncremental = false

  constructor(isMean: boolean) {
    this.#isMean = isMean
  }

  add(h: FloatHistogram): void {
    this.#count++
    if (h.counterResetHint === counterResetHint.reset) this.#sawReset = true
    if (h.counterResetHint === counterResetHint.notReset) this.#sawNotReset = true
    if (this.#total === undefined) {
      this.#total = h
      return
    }
    if (!this.#isIncremental) {
      const next = addHistograms(this.#total, h, this.#notes)
      if (!next) this.#isMixed = true
      else if (this.#isMean && overflows(next)) this.#startIncremental(h)
      else this.#keep(next, h)
    } else this.#addToMean(h)
  }

  #keep(next: FloatHistogram, h: FloatHistogram): void {
    const total = this.#total!
    this.#sumC = kahanCompensation(h.sum, total.sum, this.#sumC)
    this.#countC = kahanCompensation(h.count, total.count, this.#countC)
    this.#total = next
  }

  /** The sum would overflow: from here on the mean itself is kept. */
  #startIncremental(h: FloatHistogram): void {
    this.#isIncremental = true
    this.#total = divideHistogram(this.#total!, this.#count - 1)
    this.#sumC /= this.#count - 1
    this.#countC /= this.#count - 1
    this.#addToMean(h)
  }

  #addToMean(h: FloatHistogram): void {
    const weight = (this.#count - 1) / this.#count
    this.#total = scaleHistogram(this.#total!, weight)
    this.#sumC *= weight
    this.#countC *= weight
    const part = divideHistogram(h, this.#count)
    const next = addHistograms(this.#total, part, this.#notes)
    if (next) this.#keep(next, part)
    else this.#isMixed = true
  }

  #compensated(total: FloatHistogram): FloatHistogram {
    return { ...total, sum: total.sum + this.#sumC, count: total.count + this.#countC }
  }

  /** Says what was odd. */
  remark(annotations: Annotations, span: Span, metric: string, operation: string): void {
    if (this.#isMixed) annotations.warn(annotationTexts.mixedSchemas(metric), span)
    if (this.#sawReset && this.#sawNotReset) annotations.warn(annotationTexts.resetCollision(operation), span)
    if (this.#notes.reconciled) annotations.info(annotationTexts.reconciledBuckets(operation), span)
  }

  /** Undefined where exponential and custom buckets met. */
  result(): FloatHistogram | undefined {
    if (this.#total === undefined || this.#isMixed) return undefined
    const total = this.#compensated(this.#total)
    return this.#isMean && !this.#isIncremental ? divideHistogram(total, this.#count) : total
  }
}

/** Whether a histogram holds an infinity. */
function overflows(h: FloatHistogram): boolean {
  return (
    isInfinite(h.sum) ||
    isInfinite(h.count) ||
    isInfinite(h.zeroCount) ||
    h.positiveBuckets.some(isInfinite) ||
    h.negativeBuckets.some(isInfinite)
  )
}
