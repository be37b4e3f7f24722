import { annotationTexts } from '../annotations.ts'
import type { Call, Span } from '../ast.ts'
import {
  copyStep,
  hasSamples,
  newSeries,
  NONE,
  setFloat,
  type Grid,
  type Value,
  type VectorSeries,
} from '../columns.ts'
import { classicFraction, ClassicHistogram, classicQuantile } from '../histogram/classic.ts'
import { nativeFraction, nativeQuantile } from '../histogram/quantile.ts'
import { operatorOf, scalarOf, stringOf, vectorOf, type Operator } from '../operator.ts'
import type { Planner } from '../planner.ts'
import { failQuery } from '../query-error.ts'
import type { CallCompiler } from './call-compiler.ts'
import { histogramSources, nativeAt, type HistogramSource } from './histogram-input.ts'
import { metricName } from './range-call.ts'
import { openMetricsNumber } from './open-metrics-number.ts'

/** The functions that read classic and native histograms alike. */
export const classicHistogramCompilers: Record<string, CallCompiler> = {
  histogram_quantile: (call, grid, planner) => {
    const q = planner.compile(call.args[0], grid)
    const input = planner.compileWithHints(call.args[1], grid, false)
    return operatorOf([q, input], () => {
      const reader = new HistogramReader(call.args[1].span, grid, planner, input)
      return valueOf(reader.read(reader.quantile(scalarOf(q).values, call.args[0].span)))
    })
  },
  histogram_quantiles: (call, grid, planner) => {
    const [input, label, ...quantiles] = call.args.map((arg) => planner.compile(arg, grid))
    return operatorOf([input, label, ...quantiles], () => quantilesOf(call, grid, planner, input, label, quantiles))
  },
  histogram_fraction: (call, grid, planner) => {
    const [lower, upper, input] = call.args.map((arg) => planner.compile(arg, grid))
    return operatorOf([lower, upper, input], () => {
      const reader = new HistogramReader(call.args[2].span, grid, planner, input)
      return valueOf(reader.read(reader.fraction(scalarOf(lower).values, scalarOf(upper).values)))
    })
  },
}

function valueOf(series: VectorSeries[]): Value {
  return { kind: 'vector', series }
}

function quantilesOf(
  call: Call,
  grid: Grid,
  planner: Planner,
  input: Operator,
  label: Operator,
  quantiles: readonly Operator[],
): Value {
  const name = stringOf(label)
  const reader = new HistogramReader(call.args[0].span, grid, planner, input)
  const series = new Map<string, VectorSeries>()
  for (const [i, quantile] of quantiles.entries()) {
    const { values } = scalarOf(quantile)
    for (const found of reader.read(reader.quantile(values, call.args[i + 2].span))) {
      let q = NaN
      let out: VectorSeries | undefined
      for (let step = 0; step < grid.steps; step++) {
        if (found.present[step] === NONE) continue
        if (out === undefined || !Object.is(values[step], q)) {
          q = values[step]
          const labels = found.labels.with({ [name]: openMetricsNumber(q) })
          out = series.get(labels.key) ?? newSeries(labels, true, grid.steps)
          series.set(labels.key, out)
        }
        if (out.present[step] !== NONE) failQuery('vector cannot contain metrics with the same labelset')
        copyStep(found, out, step)
      }
    }
  }
  return { kind: 'vector', series: [...series.values()] }
}

/** What a function makes of the histogram at a step; undefined: nothing. */
interface Reading {
  native(step: number, h: ReturnType<typeof nativeAt> & object, metric: string): number
  classic(step: number, h: ClassicHistogram | undefined, metric: string): number
}

/** Reads each histogram of a vector, step by step; what is both classic and native at once is refused. */
class HistogramReader {
  readonly #span: Span
  readonly #grid: Grid
  readonly #planner: Planner
  readonly #sources: readonly HistogramSource[]

  /** The span is that of the histograms: remarks on them stand there. */
  constructor(span: Span, grid: Grid, planner: Planner, input: Operator) {
    this.#span = span
    this.#grid = grid
    this.#planner = planner
    this.#sources = histogramSources(vectorOf(input).series, planner.context.annotations, span)
  }

  read(reading: Reading): VectorSeries[] {
    const out: VectorSeries[] = []
    for (const source of this.#sources) {
      const series = this.#readSource(source, reading)
      if (!hasSamples(series)) continue
      this.#planner.context.holdSeries(series)
      out.push(series)
    }
    return out
  }

  #readSource(source: HistogramSource, reading: Reading): VectorSeries {
    const out = newSeries(source.labels, true, this.#grid.steps)
    const metric = metricName(source.labels)
    const classic = new ClassicHistogram(source.buckets)
    for (let step = 0; step < this.#grid.steps; step++) {
      const native = nativeAt(source, step)
      const isClassic = classic.load(step)
      if (native && isClassic) this.#warn(annotationTexts.mixedClassicNative(metric))
      else if (native) setFloat(out, step, reading.native(step, native, metric))
      else if (isClassic) setFloat(out, step, reading.classic(step, classic.hasEnd ? classic : undefined, metric))
    }
    return out
  }

  #warn(text: string): void {
    this.#planner.context.annotations.warn(text, this.#span)
  }

  #info(text: string): void {
    this.#planner.context.annotations.info(text, this.#span)
  }

  quantile(quantiles: Float64Array, span: Span): Reading {
    const { annotations } = this.#planner.context
    for (const q of quantiles)
      if (!(q >= 0 && q <= 1)) annotations.warn(annotationTexts.quantileRange(q), span, this.#span)
    return {
      native: (step, h, metric) => {
        const value = nativeQuantile(quantiles[step], h)
        if (h.sum !== h.sum && quantiles[step] >= 0 && quantiles[step] <= 1) {
          this.#info(value !== value ? annotationTexts.quantileNaN(metric) : annotationTexts.quantileSkewed(metric))
        }
        return value
      },
      classic: (step, h, metric) => {
        const q = quantiles[step]
        if (q !== q) return NaN
        if (q < 0) return -Infinity
        if (q > 1) return Infinity
        if (!h) return NaN
        if (h.makeMonotonic()) this.#info(annotationTexts.forcedMonotonicity(metric))
        return classicQuantile(q, h)
      },
    }
  }

  fraction(lowers: Float64Array, uppers: Float64Array): Reading {
    return {
      native: (step, h, metric) => {
        if (h.sum !== h.sum) this.#info(annotationTexts.fractionNaN(metric))
        return nativeFraction(lowers[step], uppers[step], h)
      },
      classic: (step, h) => (h ? classicFraction(lowers[step], uppers[step], h) : NaN),
    }
  }
}
