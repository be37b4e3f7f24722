import type { Expr, VectorSelector } from './ast.ts'

/** Functions whose result depends on the evaluation time even where their arguments do not. */
const timeDependent = new Set([
  'time',
  'timestamp',
  'start_timestamp',
  'predict_linear',
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'hour',
  'minute',
  'month',
  'year',
])

/** Whether an expression has one value for all steps: every selector in it is fixed by `@`. */
export function isStepInvariant(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'step-invariant':
      return true
    case 'vector-selector':
      return expr.at !== undefined
    case 'matrix-selector':
      return expr.selector.at !== undefined
    case 'subquery':
      return expr.at !== undefined
    case 'paren':
    case 'unary':
      return isStepInvariant(expr.expr)
    case 'binary':
      return isStepInvariant(expr.left) && isStepInvariant(expr.right)
    case 'aggregate':
      return isStepInvariant(expr.expr) && (expr.param === undefined || isStepInvariant(expr.param))
    default:
      return (
        !timeDependent.has(expr.func) && expr.args.every((arg) => isStepInvariant(arg) || isInfoSelector(expr, arg))
      )
  }
}

/** The second argument of info() names labels and is never evaluated. */
function isInfoSelector(call: Expr, arg: Expr): arg is VectorSelector {
  return call.kind === 'call' && call.func === 'info' && call.args[1] === arg
}

/** The expression inside any parentheses. */
export function unwrapped(expr: Expr): Expr {
  return expr.kind === 'paren' || expr.kind === 'step-invariant' ? unwrapped(expr.expr) : expr
}
