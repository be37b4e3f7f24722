import type { FloatHistogram } from '#lib/model'
import { annotationTexts, type Annotations } from '../annotations.ts'
import type { BinaryOp, Span } from '../ast.ts'
import { FLOAT, HISTOGRAM, histogramAt, setFloat, setHistogram, type VectorSeries } from '../columns.ts'
import {
  addHistograms,
  divideHistogram,
  scaleHistogram,
  subtractHistograms,
  newNotes,
  type HistogramNotes,
} from '../histogram/arithmetic.ts'
import { equalHistograms } from '../histogram/compare.ts'
import { trimLower, trimUpper } from '../histogram/trim.ts'
import { arithmeticOf, comparisonOf } from './elementwise.ts'

/** One operator between two samples; which side's value a comparison keeps was settled when it was made. */
export class PairOperator {
  readonly #op: BinaryOp
  readonly #returnBool: boolean
  readonly #keepsRight: boolean
  readonly #arithmetic: ((a: number, b: number) => number) | undefined
  readonly #comparison: ((a: number, b: number) => boolean) | undefined
  readonly #annotations: Annotations
  readonly #span: Span

  /** keepsRight: a comparison without bool keeps the right value (a scalar stands on the left). */
  constructor(op: BinaryOp, returnBool: boolean, keepsRight: boolean, annotations: Annotations, span: Span) {
    this.#op = op
    this.#returnBool = returnBool
    this.#keepsRight = keepsRight
    this.#arithmetic = arithmeticOf(op)
    this.#comparison = comparisonOf(op)
    this.#annotations = annotations
    this.#span = span
  }

  /** Whether the result is no longer the metric. */
  get dropsName(): boolean {
    return this.#returnBool || (this.#comparison === undefined && this.#op !== '</' && this.#op !== '>/')
  }

  get isArithmetic(): boolean {
    return this.#arithmetic !== undefined
  }

  /** Puts the result at the step of `out` and says whether there is one. */
  apply(left: VectorSeries, right: VectorSeries, step: number, out: VectorSeries): boolean {
    if (left.present[step] === FLOAT && right.present[step] === FLOAT) {
      return this.floats(left.values[step], right.values[step], step, out)
    }
    if (left.present[step] === HISTOGRAM && right.present[step] === HISTOGRAM) {
      return this.#histograms(histogramAt(left, step), histogramAt(right, step), step, out)
    }
    if (left.present[step] === HISTOGRAM) {
      return this.#histogramFloat(histogramAt(left, step), right.values[step], step, out)
    }
    return this.#floatHistogram(left.values[step], histogramAt(right, step), step, out)
  }

  floats(left: number, right: number, step: number, out: VectorSeries): boolean {
    if (this.#arithmetic) {
      setFloat(out, step, this.#arithmetic(left, right))
      return true
    }
    if (!this.#comparison) return this.#incompatible('float', 'float')
    const holds = this.#comparison(left, right)
    if (!holds && !this.#returnBool) return false
    if (this.#returnBool) setFloat(out, step, holds ? 1 : 0)
    else setFloat(out, step, this.#keepsRight ? right : left)
    return true
  }

  #histograms(left: FloatHistogram, right: FloatHistogram, step: number, out: VectorSeries): boolean {
    const op = this.#op
    if (op === '+' || op === '-') {
      const notes = newNotes()
      const result = op === '+' ? addHistograms(left, right, notes) : subtractHistograms(left, right, notes)
      this.#remark(notes, op === '+' ? 'addition' : 'subtraction')
      if (!result) {
        this.#annotations.warn(annotationTexts.incompatibleBuckets(op), this.#span)
        return false
      }
      setHistogram(out, step, result)
      return true
    }
    if (op === '==' || op === '!=') return this.#equality(left, right, op === '==', step, out)
    return this.#incompatible('histogram', 'histogram')
  }

  #equality(left: FloatHistogram, right: FloatHistogram, wanted: boolean, step: number, out: VectorSeries): boolean {
    const holds = equalHistograms(left, right) === wanted
    if (this.#returnBool) setFloat(out, step, holds ? 1 : 0)
    else if (holds) setHistogram(out, step, left)
    return holds || this.#returnBool
  }

  #histogramFloat(left: FloatHistogram, right: number, step: number, out: VectorSeries): boolean {
    const result = this.#scaled(left, right)
    if (!result) return this.#incompatible('histogram', 'float')
    setHistogram(out, step, result)
    return true
  }

  #scaled(left: FloatHistogram, right: number): FloatHistogram | undefined {
    switch (this.#op) {
      case '*':
        return scaleHistogram(left, right)
      case '/':
        return divideHistogram(left, right)
      case '</':
        return trimUpper(left, right)
      case '>/':
        return trimLower(left, right)
      default:
        return undefined
    }
  }

  #floatHistogram(left: number, right: FloatHistogram, step: number, out: VectorSeries): boolean {
    if (this.#op !== '*') return this.#incompatible('float', 'histogram')
    setHistogram(out, step, scaleHistogram(right, left))
    return true
  }

  #incompatible(left: string, right: string): boolean {
    this.#annotations.info(annotationTexts.incompatibleTypes(this.#op, left, right), this.#span)
    return false
  }

  #remark(notes: HistogramNotes, operation: string): void {
    if (notes.collision) this.#annotations.warn(annotationTexts.resetCollision(operation), this.#span)
    if (notes.reconciled) this.#annotations.info(annotationTexts.reconciledBuckets(operation), this.#span)
  }
}
