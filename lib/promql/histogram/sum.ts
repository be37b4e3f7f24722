import { counterResetHint, type FloatHistogram } from '#lib/model'
import { annotationTexts, type Annotations } from '../annotations.ts'
import type { Span } from '../ast.ts'
import { divideHistogram, newNotes } from './arithmetic.ts'
import { CompensatedHistogram } from './compensated.ts'

/** Adds histograms up one by one, or takes their mean. */
export class HistogramSum {
  readonly #isMean: boolean
  readonly #notes = newNotes()
  /** Of two or more: the sum, or the mean from where the sum would overflow. */
  #total: CompensatedHistogram | undefined
  #only: FloatHistogram | undefined
  #count = 0
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
    if (this.#only === undefined) {
      this.#only = h
      return
    }
    this.#total ??= new CompensatedHistogram(this.#only)
    if (this.#isMean) this.#addToMean(h, this.#total)
    else if (!this.#total.add(h, this.#notes)) this.#isMixed = true
  }

  #addToMean(h: FloatHistogram, total: CompensatedHistogram): void {
    if (!this.#isIncremental) {
      const next = total.copy()
      if (!next.add(h, this.#notes)) {
        this.#isMixed = true
        return
      }
      if (!next.overflows) {
        this.#total = next
        return
      }
      this.#isIncremental = true
      total.map((count) => count / (this.#count - 1))
    }
    const share = (this.#count - 1) / this.#count
    total.map((count) => count * share)
    if (!total.add(divideHistogram(h, this.#count), this.#notes)) this.#isMixed = true
  }

  /** Says what was odd. */
  remark(annotations: Annotations, span: Span, metric: string, operation: string): void {
    if (this.#isMixed) annotations.warn(annotationTexts.mixedSchemas(metric), span)
    if (this.#sawReset && this.#sawNotReset) annotations.warn(annotationTexts.resetCollision(operation), span)
    if (this.#notes.reconciled) annotations.info(annotationTexts.reconciledBuckets(operation), span)
  }

  /** Undefined where exponential and custom buckets met, or nothing was added. */
  result(): FloatHistogram | undefined {
    if (this.#isMixed) return undefined
    if (this.#total === undefined) return this.#only
    if (this.#isMean && !this.#isIncremental) this.#total.map((count) => count / this.#count)
    return this.#total.result()
  }
}
