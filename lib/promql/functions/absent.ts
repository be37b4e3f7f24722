import { Labels, METRIC_NAME, type Matcher } from '#lib/model'
import type { Expr } from '../ast.ts'
import { FLOAT, newSeries, NONE, type Grid, type Value, type VectorValue } from '../columns.ts'
import { operatorOf, vectorOf, type Operator } from '../operator.ts'
import { anyPresent } from '../operators/matching.ts'
import { unwrapped } from '../step-invariant.ts'
import type { CallCompiler } from './call-compiler.ts'
import { presentOverTime } from './over-time.ts'

/** absent and absent_over_time: 1 where nothing is, under the labels that the selector names. */
export const absentCompilers: Record<string, CallCompiler> = {
  absent: (call, grid, planner) => absence(planner.compile(call.args[0], grid), call.args[0], grid),
  absent_over_time: (call, grid, planner) =>
    absence(planner.overRange(presentOverTime, call.args[0], [], grid), call.args[0], grid),
}

function absence(input: Operator, arg: Expr, grid: Grid): Operator {
  return operatorOf([input], () => absentOf(vectorOf(input), labelsOf(arg), grid.steps))
}

function absentOf(input: VectorValue, labels: Labels, steps: number): Value {
  const any = anyPresent(input.series, steps)
  const out = newSeries(labels, false, steps)
  for (let step = 0; step < steps; step++) {
    if (any[step] !== NONE) continue
    out.values[step] = 1
    out.present[step] = FLOAT
  }
  return { kind: 'vector', series: out.present.includes(FLOAT) ? [out] : [] }
}

/** The labels that must have had one value each. */
function labelsOf(arg: Expr): Labels {
  const expr = unwrapped(arg)
  if (expr.kind === 'vector-selector') return equalLabels(expr.matchers)
  return expr.kind === 'matrix-selector' ? equalLabels(expr.selector.matchers) : Labels.empty
}

function equalLabels(matchers: readonly Matcher[]): Labels {
  const byName = Map.groupBy(
    matchers.filter((m) => m.name !== METRIC_NAME),
    (m) => m.name,
  )
  const single = [...byName.values()].filter((same) => same.length === 1 && same[0].op === '=').map(([m]) => m)
  return Labels.from(single.map((m) => [m.name, m.value] as const))
}
