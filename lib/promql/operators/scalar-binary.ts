import type { BinaryOp } from '../ast.ts'
import {
  everywhere,
  hasSamples,
  newSeries,
  NONE,
  type ScalarValue,
  type VectorSeries,
  type VectorValue,
} from '../columns.ts'
import type { QueryContext } from '../context.ts'
import { arithmeticOf, comparisonOf } from './elementwise.ts'
import type { PairOperator } from './pair.ts'

/** An operator between two scalars; comparisons give 0 or 1. */
export function scalarScalar(op: BinaryOp, left: ScalarValue, right: ScalarValue): ScalarValue {
  const arithmetic = arithmeticOf(op)
  const comparison = comparisonOf(op)
  const values = left.values.map((a, step) => {
    if (arithmetic) return arithmetic(a, right.values[step])
    return comparison?.(a, right.values[step]) ? 1 : 0
  })
  return { kind: 'scalar', values }
}

/** An operator between each series of a vector and a scalar, which may stand on either side. */
export function vectorScalar(
  pair: PairOperator,
  vector: VectorValue,
  scalar: ScalarValue,
  scalarIsLeft: boolean,
  context: QueryContext,
): VectorValue {
  const other = everywhere(scalar.values)
  const series: VectorSeries[] = []
  for (const input of vector.series) {
    const out = newSeries(input.labels, input.dropName || pair.dropsName, input.values.length)
    for (let step = 0; step < out.values.length; step++) {
      if (input.present[step] === NONE) continue
      if (scalarIsLeft) pair.apply(other, input, step, out)
      else pair.apply(input, other, step, out)
    }
    if (!hasSamples(out)) continue
    context.holdSeries(out)
    series.push(out)
  }
  return { kind: 'vector', series }
}
