import type { FloatHistogram } from '#lib/model'
import { annotationTexts, type Annotations } from '../annotations.ts'
import type { Span } from '../ast.ts'
import { counterResetHint } from '#lib/model'
import { kahanCompensation } from '../kahan.ts'
import { addHistograms, divideHistogram, type HistogramNotes } from './arithmetic.ts'

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
    this.#sumC = kahanCompensation(h.sum, this.#total.sum, this.#sumC)
    this.#countC = kahanCompensation(h.count, this.#total.count, this.#countC)
    const next = addHistograms(this.#total, h, this.#notes)
    if (next) this.#total = next
    else this.#isMixed = true
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
    const total = { ...this.#total, sum: this.#total.sum + this.#sumC, count: this.#total.count + this.#countC }
    return this.#isMean ? divideHistogram(total, this.#count) : total
  }
}
