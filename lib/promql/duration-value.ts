import { pow } from './go-math.ts'
import type { DurationExpr } from './ast.ts'
import { failQuery } from './query-error.ts'

/** What `step()` and `range()` stand for. */
export interface DurationScope {
  readonly stepMs: number
  readonly rangeMs: number
}

/** The milliseconds of a duration expression. */
export function durationMs(duration: DurationExpr, scope: DurationScope): number {
  const seconds = secondsOf(duration, scope)
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 9_223_372_036) failQuery('duration out of range')
  return Math.round(seconds * 1000)
}

function secondsOf(duration: DurationExpr, scope: DurationScope): number {
  switch (duration.kind) {
    case 'duration-literal':
      return duration.seconds
    case 'duration-unary':
      return (duration.op === '-' ? -1 : 1) * secondsOf(duration.operand, scope)
    case 'duration-call':
      return callSeconds(duration, scope)
    default:
      return binarySeconds(duration.op, secondsOf(duration.left, scope), secondsOf(duration.right, scope))
  }
}

function callSeconds(call: Extract<DurationExpr, { kind: 'duration-call' }>, scope: DurationScope): number {
  if (call.func === 'step') return scope.stepMs / 1000
  if (call.func === 'range') return scope.rangeMs / 1000
  const args = call.args.map((arg) => secondsOf(arg, scope))
  return call.func === 'min' ? Math.min(...args) : Math.max(...args)
}

function binarySeconds(op: '+' | '-' | '*' | '/' | '%' | '^', left: number, right: number): number {
  switch (op) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return right === 0 ? failQuery('division by zero') : left / right
    case '%':
      return right === 0 ? failQuery('modulo by zero') : left % right
    default:
      return pow(left, right)
  }
}
