import { everywhere, FLOAT, timeOf, type Grid, type ScalarValue, type VectorValue } from '../columns.ts'
import { greater, lesser } from '../min-max.ts'
import { operatorOf, scalarOf, vectorOf, type Operator } from '../operator.ts'
import type { CallCompiler } from './call-compiler.ts'

/** Between scalars and vectors. */
export const scalarCompilers: Record<string, CallCompiler> = {
  time: (_, grid) => operatorOf([], () => ({ kind: 'scalar', values: secondsOf(grid) })),
  pi: (_, grid) => constant(Math.PI, grid),
  step: (_, grid, planner) => constant(planner.request.stepMs / 1000, grid),
  range: (_, grid, planner) => constant((planner.request.endMs - planner.request.startMs) / 1000, grid),
  start: (_, grid, planner) => constant(planner.request.startMs / 1000, grid),
  end: (_, grid, planner) => constant(planner.request.endMs / 1000, grid),
  min_of: pairCall(lesser),
  max_of: pairCall(greater),
  scalar: (call, grid, planner) => {
    const input = planner.compile(call.args[0], grid)
    return operatorOf([input], () => onlyFloats(vectorOf(input), grid.steps))
  },
  vector: (call, grid, planner) => {
    const input = planner.compile(call.args[0], grid)
    return operatorOf([input], () => ({ kind: 'vector', series: [everywhere(scalarOf(input).values)] }))
  },
}

function pairCall(pick: (a: number, b: number) => number): CallCompiler {
  return (call, grid, planner) => {
    const [left, right] = call.args.map((arg) => planner.compile(arg, grid))
    return operatorOf([left, right], () => {
      const others = scalarOf(right).values
      return { kind: 'scalar', values: scalarOf(left).values.map((a, step) => pick(a, others[step])) }
    })
  }
}

function constant(value: number, grid: Grid): Operator {
  return operatorOf([], () => ({ kind: 'scalar', values: new Float64Array(grid.steps).fill(value) }))
}

/** The evaluation times as a vector of one series without labels. */
export function currentTime(grid: Grid): Operator {
  return operatorOf([], () => ({ kind: 'vector', series: [everywhere(secondsOf(grid))] }))
}

function secondsOf(grid: Grid): Float64Array {
  const seconds = new Float64Array(grid.steps)
  for (let step = 0; step < seconds.length; step++) seconds[step] = timeOf(grid, step) / 1000
  return seconds
}

/** The only float at each step; NaN where there is none or more than one. */
function onlyFloats(input: VectorValue, steps: number): ScalarValue {
  const values = new Float64Array(steps).fill(NaN)
  const counts = new Uint32Array(steps)
  for (const series of input.series) {
    for (let step = 0; step < steps; step++) {
      if (series.present[step] !== FLOAT) continue
      counts[step]++
      values[step] = counts[step] === 1 ? series.values[step] : NaN
    }
  }
  return { kind: 'scalar', values }
}
