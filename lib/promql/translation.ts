import { formatFloatF, type Matcher } from '#lib/model'
import type { AtModifier, DurationExpr, Expr, VectorMatching, VectorSelector } from './ast.ts'
import { functionTable } from './function-table.ts'

/** An expression as JSON, as Prometheus' `parse_query` gives it; what a duration expression comes to is not known yet: 0. */
export function translateExpr(expr: Expr): unknown {
  switch (expr.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatFloatF(expr.value) }
    case 'string':
      return { type: 'stringLiteral', val: expr.value }
    case 'vector-selector':
      return { type: 'vectorSelector', ...selectorParts(expr) }
    case 'matrix-selector':
      return { type: 'matrixSelector', ...selectorParts(expr.selector), range: milliseconds(expr.range) }
    case 'subquery':
      return {
        type: 'subquery',
        expr: translateExpr(expr.expr),
        range: milliseconds(expr.range),
        step: milliseconds(expr.step),
        offset: milliseconds(expr.offset),
        ...atParts(expr.at),
      }
    case 'call':
      return { type: 'call', func: signatureOf(expr.func), args: expr.args.map(translateExpr) }
    case 'aggregate': {
      const { op, grouping, without, param } = expr
      const parameter = param === undefined ? null : translateExpr(param)
      return { type: 'aggregation', op, expr: translateExpr(expr.expr), param: parameter, grouping, without }
    }
    case 'binary': {
      const { op, left, right, returnBool, matching } = expr
      const sides = { lhs: translateExpr(left), rhs: translateExpr(right) }
      return { type: 'binaryExpr', op, ...sides, matching: matchingOf(matching), bool: returnBool }
    }
    case 'unary':
      return { type: 'unaryExpr', op: expr.op, expr: translateExpr(expr.expr) }
    case 'paren':
      return { type: 'parenExpr', expr: translateExpr(expr.expr) }
    default:
      return translateExpr(expr.expr)
  }
}

function selectorParts({ name, matchers, offset, at, anchored, smoothed }: VectorSelector) {
  const said = matchers.map(({ name: label, op, value }: Matcher) => ({ name: label, value, type: op }))
  return { name, offset: milliseconds(offset), matchers: said, ...atParts(at), anchored, smoothed }
}

function atParts(at: AtModifier | undefined) {
  const isTime = at?.kind === 'timestamp'
  return { timestamp: isTime ? at.ms : null, startOrEnd: at === undefined || isTime ? null : at.kind }
}

function milliseconds(duration: DurationExpr | undefined): number {
  return duration?.kind === 'duration-literal' ? Math.round(duration.seconds * 1000) : 0
}

function signatureOf(name: string) {
  const { argTypes = [], variadic = 0, returnType = 'none' } = functionTable.get(name) ?? {}
  return { name, argTypes, variadic, returnType }
}

function matchingOf(matching: VectorMatching | undefined) {
  if (matching === undefined) return null
  const { card, on, labels, include, fillLeft, fillRight } = matching
  const fillValues = { lhs: fillLeft ?? null, rhs: fillRight ?? null }
  return { card, labels, on, include, fillValues }
}
