import type { Aggregate, Binary, Call, Expr, Span, Unary, ValueType, VectorSelector } from './ast.ts'
import { functionTable } from './function-table.ts'
import { quote } from '#lib/model'

/** Where a check says what is wrong. */
export type Refuse = (span: Span, message: string) => void

const documented: Record<ValueType, string> = {
  none: 'none',
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
}

/** The type of an expression's value. */
export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'vector-selector':
    case 'aggregate':
      return 'vector'
    case 'matrix-selector':
    case 'subquery':
      return 'matrix'
    case 'call':
      return functionTable.get(expr.func)?.returnType ?? 'none'
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector'
    default:
      return typeOf(expr.expr)
  }
}

function expectType(expr: Expr, wanted: ValueType, context: string, refuse: Refuse): void {
  const type = typeOf(expr)
  if (type === wanted) return
  refuse(expr.span, `expected type ${documented[wanted]} in ${context}, got ${documented[type]}`)
}

/** Checks number and types of a call's arguments. */
export function checkCall(call: Call, refuse: Refuse): void {
  const { argTypes, variadic } = functionTable.get(call.func)!
  const given = call.args.length
  const least = variadic === 0 ? argTypes.length : argTypes.length - 1
  const name = quote(call.func)
  if (variadic === 0 && given !== least) {
    refuse(call.span, `expected ${least} argument(s) in call to ${name}, got ${given}`)
  }
  if (given < least) refuse(call.span, `expected at least ${least} argument(s) in call to ${name}, got ${given}`)
  if (variadic > 0 && given > least + variadic) {
    refuse(call.span, `expected at most ${least + variadic} argument(s) in call to ${name}, got ${given}`)
  }
  if (call.func === 'info' && given > 1) checkInfoSelector(call.args[1], refuse)
  for (const [i, arg] of call.args.entries()) {
    expectType(arg, argTypes[Math.min(i, argTypes.length - 1)], `call to function ${name}`, refuse)
  }
}

function checkInfoSelector(arg: Expr, refuse: Refuse): void {
  if (arg.kind !== 'vector-selector') refuse(arg.span, 'expected label selectors only')
  if (arg.kind === 'vector-selector' && arg.name !== '') {
    refuse(arg.span, 'expected label selectors only, got vector selector instead')
  }
}

/** Checks the types of an aggregation. */
export function checkAggregate({ op, expr, param }: Aggregate, refuse: Refuse): void {
  expectType(expr, 'vector', 'aggregation expression', refuse)
  if (param) expectType(param, op === 'count_values' ? 'string' : 'scalar', 'aggregation parameter', refuse)
}

/** Checks the operand of a sign. */
export function checkUnary({ span, expr }: Unary, refuse: Refuse): void {
  const type = typeOf(expr)
  if (type === 'scalar' || type === 'vector') return
  refuse(
    span,
    `unary expression only allowed on expressions of type scalar or instant vector, got ${quote(documented[type])}`,
  )
}

const comparisons = new Set(['==', '!=', '<', '>', '<=', '>='])
const setOperators = new Set(['and', 'or', 'unless'])

/** Whether the operator answers with true or false. */
export function isComparison(op: string): boolean {
  return comparisons.has(op)
}

/** Whether the operator works on sets of series. */
export function isSetOperator(op: string): boolean {
  return setOperators.has(op)
}

/** Checks the operands of a binary expression; `operator` is where it stands, with its modifiers. */
export function checkBinary(expr: Binary, left: ValueType, right: ValueType, operator: Span, refuse: Refuse): void {
  const { op, returnBool, matching } = expr
  if (returnBool && !isComparison(op)) refuse(operator, 'bool modifier can only be used on comparison operators')
  if (isComparison(op) && !returnBool && left === 'scalar' && right === 'scalar') {
    refuse(operator, 'comparisons between scalars must use BOOL modifier')
  }
  const twice = matching?.on && matching.labels.find((label) => matching.include.includes(label))
  if (twice !== undefined && twice !== false) {
    refuse(operator, `label ${quote(twice)} must not occur in ON and GROUP clause at once`)
  }
  const mixed = 'binary expression must contain only scalar and instant vector types'
  if (left !== 'scalar' && left !== 'vector') refuse(expr.left.span, mixed)
  if (right !== 'scalar' && right !== 'vector') refuse(expr.right.span, mixed)
  checkMatching(expr, left === 'vector' && right === 'vector', refuse)
  if (isSetOperator(op) && (left === 'scalar' || right === 'scalar')) {
    refuse(expr.span, `set operator ${quote(op)} not allowed in binary scalar expression`)
  }
}

function checkMatching({ op, matching, span }: Binary, areVectors: boolean, refuse: Refuse): void {
  if (!matching) return
  if (!areVectors) {
    if (matching.labels.length > 0) refuse(span, 'vector matching only allowed between instant vectors')
    if (matching.fillLeft !== undefined || matching.fillRight !== undefined) {
      refuse(span, 'filling in missing series only allowed between instant vectors')
    }
  } else if (isSetOperator(op)) {
    if (matching.card === 'one-to-many' || matching.card === 'many-to-one') {
      refuse(span, `no grouping allowed for ${quote(op)} operation`)
    }
    if (matching.fillLeft !== undefined || matching.fillRight !== undefined) {
      refuse(span, 'filling in missing series not allowed for set operators')
    }
  }
}

/** Refuses a selector that would read every series. */
export function checkSelector({ span, name, matchers }: VectorSelector, refuse: Refuse): void {
  const names = matchers.filter((matcher) => matcher.name === '__name__')
  if (name !== '' && names.length > 1) {
    refuse(span, `metric name must not be set twice: ${quote(name)} or ${quote(names[0].value)}`)
  }
  if (matchers.every((matcher) => matcher.matches(''))) {
    refuse(span, 'vector selector must contain at least one non-empty matcher')
  }
}
