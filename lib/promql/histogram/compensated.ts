import type { FloatHistogram } from '#lib/model'
import { isInfinite, kahanCompensation } from '../kahan.ts'
import { type HistogramNotes, joinHints } from './arithmetic.ts'
import {
  coarserIndex,
  isCustom,
  negativeSide,
  positiveSide,
  type Side,
  sideOf,
  upperBound,
  withSides,
} from './buckets.ts'
import { exponentialBound } from './exponential-bounds.ts'

/** A running sum and what rounding took away from it. */
interface Term {
  value: number
  lost: number
}

type Terms = Map<number, Term>

/** A histogram that others are added to with compensation in every count: Prometheus' KahanAdd. The counts of buckets by their indexes. */
export class CompensatedHistogram {
  /** The layout: its own counts mean nothing. */
  #form: FloatHistogram
  #zero: Term
  readonly #count: Term
  readonly #sum: Term
  #positive: Terms
  #negative: Terms

  constructor(h: FloatHistogram) {
    this.#form = h
    this.#zero = termOf(h.zeroCount)
    this.#count = termOf(h.count)
    this.#sum = termOf(h.sum)
    this.#positive = termsOf(positiveSide(h))
    this.#negative = termsOf(negativeSide(h))
  }

  copy(): CompensatedHistogram {
    const copy = new CompensatedHistogram(this.#form)
    copy.#zero = { ...this.#zero }
    Object.assign(copy.#count, this.#count)
    Object.assign(copy.#sum, this.#sum)
    copy.#positive = copied(this.#positive)
    copy.#negative = copied(this.#negative)
    return copy
  }

  /** Adds a histogram at the coarser resolution of the two; false where custom and exponential buckets would meet. */
  add(h: FloatHistogram, notes: HistogramNotes): boolean {
    if (isCustom(this.#form) !== isCustom(h)) return false
    const hint = joinHints(this.#form.counterResetHint, h.counterResetHint, notes)
    const other = new CompensatedHistogram(h)
    if (isCustom(h)) this.#addCustom(h, other, notes)
    else this.#addExponential(h, other)
    addTerm(this.#count, other.#count)
    addTerm(this.#sum, other.#sum)
    this.#form = { ...this.#form, counterResetHint: hint }
    return true
  }

  /** Multiplies or divides all that there is. */
  map(change: (count: number) => number): void {
    for (const term of this.#terms()) {
      term.value = change(term.value)
      term.lost = change(term.lost)
    }
  }

  /** Whether a sum is infinite. */
  get overflows(): boolean {
    for (const { value } of this.#terms()) if (isInfinite(value)) return true
    return false
  }

  /** The sums with what was lost. */
  result(): FloatHistogram {
    const total = ({ value, lost }: Term) => value + lost
    const side = (terms: Terms) => sideOf(new Map([...terms].map(([index, term]) => [index, total(term)])))
    const form = { ...this.#form, zeroCount: total(this.#zero), count: total(this.#count), sum: total(this.#sum) }
    return withSides(form, side(this.#positive), side(this.#negative))
  }

  #terms(): Term[] {
    return [this.#zero, this.#count, this.#sum, ...this.#positive.values(), ...this.#negative.values()]
  }

  #addExponential(h: FloatHistogram, other: CompensatedHistogram): void {
    while (this.#form.zeroThreshold !== other.#form.zeroThreshold) {
      if (this.#form.zeroThreshold > other.#form.zeroThreshold) other.#widenZero(this.#form.zeroThreshold)
      else this.#widenZero(other.#form.zeroThreshold)
    }
    const schema = Math.min(this.#form.schema, h.schema)
    this.#reduce(schema)
    addTerm(this.#zero, other.#zero)
    // Those that do not lie in the zero bucket, as they are at the schema of both: so Prometheus has it.
    const beside = new CompensatedHistogram(h)
    beside.#reduce(schema)
    const isBeside = ([index]: [number, Term]) => exponentialBound(index, schema) > this.#form.zeroThreshold
    addTerms(this.#positive, new Map([...beside.#positive].filter(isBeside)))
    addTerms(this.#negative, new Map([...beside.#negative].filter(isBeside)))
  }

  /** Takes the buckets below a threshold into the zero bucket, with what was lost in them; the threshold ends on a bound. */
  #widenZero(threshold: number): void {
    let reached = threshold
    for (let from = -1; from !== reached;) {
      from = reached
      for (const terms of [this.#positive, this.#negative])
        for (const [index, { value }] of terms)
          if (value !== 0 && this.#lower(index) < from) reached = Math.max(reached, upperBound(this.#form, index))
    }
    for (const terms of [this.#positive, this.#negative]) {
      for (const [index, term] of inOrder(terms)) {
        if (this.#lower(index) >= reached) break
        addTerm(this.#zero, term)
        terms.delete(index)
      }
    }
    this.#form = { ...this.#form, zeroThreshold: reached }
  }

  #lower(index: number): number {
    return upperBound(this.#form, index - 1)
  }

  #reduce(schema: number): void {
    const by = this.#form.schema - schema
    if (by <= 0) return
    this.#positive = moved(this.#positive, (index) => coarserIndex(index, by))
    this.#negative = moved(this.#negative, (index) => coarserIndex(index, by))
    this.#form = { ...this.#form, schema }
  }

  #addCustom(h: FloatHistogram, other: CompensatedHistogram, notes: HistogramNotes): void {
    const [a, b] = [this.#form.customValues, h.customValues]
    const others = new Set(b)
    const common = a.filter((bound) => others.has(bound))
    if (common.length === a.length && common.length === b.length) {
      addTerms(this.#positive, other.#positive)
      return
    }
    notes.reconciled = true
    const terms: Terms = new Map()
    const put = (index: number, term: Term) => {
      const known = terms.get(index) ?? termOf(0)
      terms.set(index, known)
      addTerm(known, term)
    }
    for (const [index, term] of inOrder(this.#positive)) put(customIndex(index, a, common), term)
    for (const [index, term] of inOrder(other.#positive)) put(customIndex(index, b, common), term)
    this.#positive = terms
    this.#form = { ...this.#form, customValues: common }
  }
}

/** Under fewer bounds: the first that is not below the bucket's own. */
function customIndex(index: number, bounds: readonly number[], common: readonly number[]): number {
  const own = bounds[index] ?? Infinity
  const found = common.findIndex((bound) => bound >= own)
  return found < 0 ? common.length : found
}

function termOf(value: number): Term {
  return { value, lost: 0 }
}

function termsOf({ indexes, counts }: Side): Terms {
  return new Map(indexes.map((index, i) => [index, termOf(counts[i])]))
}

function copied(terms: Terms): Terms {
  return new Map([...terms].map(([index, term]) => [index, { ...term }]))
}

function inOrder(terms: Terms): [number, Term][] {
  return [...terms].sort(([a], [b]) => a - b)
}

/** Adds what the other is, then what it lost. */
function addTerm(term: Term, { value, lost }: Term): void {
  for (const more of [value, lost]) {
    term.lost = kahanCompensation(more, term.value, term.lost)
    term.value += more
  }
}

function addTerms(terms: Terms, others: Terms): void {
  for (const [index, other] of others) {
    const term = terms.get(index)
    if (term === undefined) terms.set(index, other)
    else addTerm(term, other)
  }
}

/** Under other indexes: those that come to the same one are added up in order. */
function moved(terms: Terms, indexOf: (index: number) => number): Terms {
  const result: Terms = new Map()
  for (const [index, term] of inOrder(terms)) addTerms(result, new Map([[indexOf(index), term]]))
  return result
}
