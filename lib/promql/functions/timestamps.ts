import type { SelectorTells } from '../operators/vector-selector.ts'
import { FLOAT, newSeries, NONE, timeOf, type Grid, type Value, type VectorValue } from '../columns.ts'
import { operatorOf, vectorOf } from '../operator.ts'
import { unwrapped } from '../step-invariant.ts'
import type { CallCompiler } from './call-compiler.ts'

/** timestamp and start_timestamp: a selector's samples know theirs; what is computed is of the evaluation time. */
export const timestampCompilers: Record<string, CallCompiler> = {
  timestamp: ofSelector('time', (input, grid) => evaluationTimes(input, grid)),
  start_timestamp: ofSelector('start', () => ({ kind: 'vector', series: [] })),
}

function ofSelector(tells: SelectorTells, otherwise: (input: VectorValue, grid: Grid) => Value): CallCompiler {
  return (call, grid, planner) => {
    const arg = unwrapped(call.args[0])
    if (arg.kind === 'vector-selector' && !arg.smoothed) return planner.selector(arg, grid, tells)
    const input = planner.compile(call.args[0], grid)
    return operatorOf([input], () => otherwise(vectorOf(input), grid))
  }
}

function evaluationTimes(input: VectorValue, grid: Grid): Value {
  const series = input.series.map((member) => {
    const out = newSeries(member.labels, true, grid.steps)
    for (let step = 0; step < grid.steps; step++) {
      if (member.present[step] === NONE) continue
      out.values[step] = timeOf(grid, step) / 1000
      out.present[step] = FLOAT
    }
    return out
  })
  return { kind: 'vector', series }
}
