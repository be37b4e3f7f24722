import { compareLabels } from '#lib/model'
import { annotationTexts } from '../annotations.ts'
import type { Call } from '../ast.ts'
import { FLOAT, hasSamples, NONE, seriesOf, type VectorSeries } from '../columns.ts'
import { operatorOf, stringOf, vectorOf } from '../operator.ts'
import type { Planner } from '../planner.ts'
import { isStepInvariant } from '../step-invariant.ts'
import type { CallCompiler } from './call-compiler.ts'
import { compareNatural } from './natural-order.ts'

/** The sort family. It orders what an instant query shows; a range query is always ordered by labels. */
export const sortCompilers: Record<string, CallCompiler> = {
  sort: byValue(1),
  sort_desc: byValue(-1),
  sort_by_label: byLabel(1),
  sort_by_label_desc: byLabel(-1),
}

function byValue(direction: number): CallCompiler {
  return (call, grid, planner) => {
    const input = planner.compile(call.args[0], grid)
    return operatorOf([input], () => {
      const { series } = vectorOf(input)
      // Histograms have no order and are left out.
      if (planner.context.isRange) return remark(call, planner, series.map(floatsOf).filter(hasSamples))
      const floats = series.filter((s) => s.present[0] === FLOAT)
      return {
        kind: 'vector',
        series: floats.sort((a, b) => compareValues(a.values[0], b.values[0], direction)),
      }
    })
  }
}

function byLabel(direction: number): CallCompiler {
  return (call, grid, planner) => {
    const input = planner.compile(call.args[0], grid)
    const names = call.args.slice(1).map((arg) => planner.compile(arg, grid))
    return operatorOf([input, ...names], () => {
      const { series } = vectorOf(input)
      if (planner.context.isRange) return remark(call, planner, series)
      const keys = names.map(stringOf)
      return { kind: 'vector', series: [...series].sort((a, b) => direction * compareByLabels(a, b, keys)) }
    })
  }
}

function floatsOf(series: VectorSeries): VectorSeries {
  if (series.histograms === undefined) return series
  const present = series.present.map((kind) => (kind === FLOAT ? FLOAT : NONE))
  return seriesOf(series.labels, series.dropName, series.values, present)
}

function remark(call: Call, planner: Planner, series: readonly VectorSeries[]) {
  // What is the same at all steps is evaluated at one.
  if (!isStepInvariant(call)) planner.context.annotations.warn(annotationTexts.sortInRange(), call.span)
  return { kind: 'vector' as const, series }
}

/** NaN comes last in either direction. */
function compareValues(a: number, b: number, direction: number): number {
  if (a !== a || b !== b) return (a !== a ? 1 : 0) - (b !== b ? 1 : 0)
  return a === b ? 0 : a < b ? -direction : direction
}

function compareByLabels(a: VectorSeries, b: VectorSeries, names: readonly string[]): number {
  for (const name of names) {
    const order = compareNatural(a.labels.get(name), b.labels.get(name))
    if (order !== 0) return order
  }
  return compareLabels(a.labels, b.labels)
}
