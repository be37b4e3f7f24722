import type { Expr } from './ast.ts'
import { printAggregation, printExpr, printOperator, printSubqueryRange } from './printer.ts'

/** An expression over several lines where one line would be longer than `width` bytes. */
export function prettifyExpr(expr: Expr, width = 100): string {
  return pretty(expr, 0, width)
}

function pretty(expr: Expr, level: number, width: number): string {
  const line = printExpr(expr)
  if (Buffer.byteLength(line) <= width) return indent(level) + line
  switch (expr.kind) {
    case 'aggregate': {
      const inner = expr.param ? [expr.param, expr.expr] : [expr.expr]
      return block(`${printAggregation(expr)}(`, inner, level, width)
    }
    case 'call':
      return expr.args.length === 0 ? indent(level) + line : block(`${expr.func}(`, expr.args, level, width)
    case 'paren':
      return block('(', [expr.expr], level, width)
    case 'binary': {
      const [left, right] = [expr.left, expr.right].map((side) => pretty(side, level + 1, width))
      return `${left}\n${indent(level)}${printOperator(expr)}\n${right}`
    }
    case 'unary':
      return indent(level) + expr.op + pretty(expr.expr, level, width).trimStart()
    case 'subquery':
      return pretty(expr.expr, level, width) + printSubqueryRange(expr)
    case 'step-invariant':
      return pretty(expr.expr, level, width)
    default:
      return indent(level) + line
  }
}

function block(open: string, inner: readonly Expr[], level: number, width: number): string {
  const lines = inner.map((one) => pretty(one, level + 1, width)).join(',\n')
  return `${indent(level)}${open}\n${lines}\n${indent(level)})`
}

function indent(level: number): string {
  return '  '.repeat(level)
}
