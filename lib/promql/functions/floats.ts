import { greater, lesser } from '../min-max.ts'
import { operatorOf, scalarOf, vectorOf } from '../operator.ts'
import { mapFloats } from '../operators/map-floats.ts'
import type { CallCompiler } from './call-compiler.ts'
import { dateFunctions } from './date.ts'
import { mathFunctions, roundTo } from './math.ts'
import { currentTime } from './scalars.ts'

/** The functions that change each float by itself. */
export const floatCompilers: Record<string, CallCompiler> = {
  ...Object.fromEntries([...mathFunctions].map(([name, map]) => [name, mathCall(map)])),
  ...Object.fromEntries([...dateFunctions].map(([name, part]) => [name, dateCall(part)])),
  round: (call, grid, planner) => {
    const input = planner.compile(call.args[0], grid)
    if (call.args.length < 2) return operatorOf([input], () => mapFloats(vectorOf(input), roundToOne, planner.context))
    const to = planner.compile(call.args[1], grid)
    return operatorOf([input, to], () => {
      const { values } = scalarOf(to)
      return mapFloats(vectorOf(input), (x, step) => roundTo(x, values[step]), planner.context)
    })
  },
  clamp: clampCall(1, 2),
  clamp_min: clampCall(1, undefined),
  clamp_max: clampCall(undefined, 1),
}

function roundToOne(x: number): number {
  return roundTo(x, 1)
}

function mathCall(map: (x: number) => number): CallCompiler {
  return (call, grid, planner) => {
    const input = planner.compile(call.args[0], grid)
    return operatorOf([input], () => mapFloats(vectorOf(input), map, planner.context))
  }
}

/** A part of a date: of each float, or of the evaluation time where there is no argument. */
function dateCall(part: (seconds: number) => number): CallCompiler {
  return (call, grid, planner) => {
    const input = call.args.length > 0 ? planner.compile(call.args[0], grid) : currentTime(grid)
    return operatorOf([input], () => mapFloats(vectorOf(input), part, planner.context))
  }
}

function clampCall(minArg: number | undefined, maxArg: number | undefined): CallCompiler {
  return (call, grid, planner) => {
    const input = planner.compile(call.args[0], grid)
    const min = minArg === undefined ? undefined : planner.compile(call.args[minArg], grid)
    const max = maxArg === undefined ? undefined : planner.compile(call.args[maxArg], grid)
    return operatorOf(
      [input, min, max].filter((operator) => operator !== undefined),
      () => {
        const lows = min && scalarOf(min).values
        const highs = max && scalarOf(max).values
        const clamped = mapFloats(
          vectorOf(input),
          (x, step) => greater(lows ? lows[step] : -Infinity, lesser(highs ? highs[step] : Infinity, x)),
          planner.context,
        )
        if (lows && highs) dropEmptyIntervals(clamped.series, lows, highs)
        return clamped
      },
    )
  }
}

/** Nothing lies between a higher minimum and a lower maximum. */
function dropEmptyIntervals(series: readonly { present: Uint8Array }[], lows: Float64Array, highs: Float64Array): void {
  for (const { present } of series) {
    for (let step = 0; step < present.length; step++) if (lows[step] > highs[step]) present[step] = 0
  }
}
