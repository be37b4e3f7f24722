import type { Expr } from './ast.ts'
import { exprKey } from './expr-key.ts'

/** By the key of each expression, the keys of those that it is a part of: where there are several, it is of use to several. */
export function usesIn(root: Expr): ReadonlyMap<string, ReadonlySet<string>> {
  const uses = new Map<string, Set<string>>()
  const walk = (expr: Expr, parent: string) => {
    if (expr.kind === 'paren' || expr.kind === 'step-invariant') return walk(expr.expr, parent)
    const key = exprKey(expr)
    const known = uses.get(key)
    if (known === undefined) uses.set(key, new Set([parent]))
    else known.add(parent)
    for (const part of partsOf(expr)) walk(part, key)
  }
  walk(root, '')
  return uses
}

function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'call':
      return expr.args
    case 'aggregate':
      return expr.param === undefined ? [expr.expr] : [expr.expr, expr.param]
    case 'binary':
      return [expr.left, expr.right]
    case 'subquery':
    case 'unary':
      return [expr.expr]
    default:
      return []
  }
}
