import type { Expr, VectorSelector } from '#lib/promql'

/** Whether any of these functions is called. */
export function usesAnyCall(expr: Expr, names: ReadonlySet<string>): boolean {
  return JSON.stringify(expr, (key, value: unknown) => (key === 'span' ? undefined : value))
    .matchAll(/"func":"(\w+)"/g)
    .some(([, name]) => names.has(name))
}

/**
 * The expression with `@ <time>` on every selector and subquery that has none; undefined where a selector stands
 * inside a subquery with an `@` of its own, which would mean something else.
 */
export function pinSelectors(expr: Expr, timeMs: number): Expr | undefined {
  if (hasPinnedSubquery(expr)) return undefined
  return pin(expr, { kind: 'timestamp', ms: timeMs })
}

function hasPinnedSubquery(expr: Expr): boolean {
  if (expr.kind === 'subquery') return expr.at !== undefined || hasPinnedSubquery(expr.expr)
  return childrenOf(expr).some(hasPinnedSubquery)
}

function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'call':
      return expr.args
    case 'binary':
      return [expr.left, expr.right]
    case 'aggregate':
      return expr.param ? [expr.param, expr.expr] : [expr.expr]
    case 'unary':
    case 'paren':
    case 'subquery':
    case 'step-invariant':
      return [expr.expr]
    default:
      return []
  }
}

type At = NonNullable<VectorSelector['at']>

function pin(expr: Expr, at: At): Expr {
  switch (expr.kind) {
    case 'vector-selector':
      return { ...expr, at: expr.at ?? at }
    case 'matrix-selector':
      return { ...expr, selector: { ...expr.selector, at: expr.selector.at ?? at } }
    case 'subquery':
      return { ...expr, expr: pin(expr.expr, at), at: expr.at ?? at }
    case 'call':
      return { ...expr, args: expr.args.map((arg) => pin(arg, at)) }
    case 'binary':
      return { ...expr, left: pin(expr.left, at), right: pin(expr.right, at) }
    case 'aggregate':
      return { ...expr, expr: pin(expr.expr, at), param: expr.param && pin(expr.param, at) }
    case 'unary':
    case 'paren':
    case 'step-invariant':
      return { ...expr, expr: pin(expr.expr, at) }
    default:
      return expr
  }
}
