import type { Expr, VectorSelector } from '#lib/promql'

/** Whether any of these functions is called. */
export function usesAnyCall(expr: Expr, names: ReadonlySet<string>): boolean {
  return JSON.stringify(expr, (key, value: unknown) => (key === 'span' ? undefined : value))
    .matchAll(/"func":"(\w+)"/g)
    .some(([, name]) => names.has(name))
}

/** The expression with `@ <time>` on every selector and subquery that has none; what is inside a subquery follows it. */
export function pinSelectors(expr: Expr, timeMs: number): Expr {
  return pin(expr, { kind: 'timestamp', ms: timeMs })
}

type At = NonNullable<VectorSelector['at']>

function pin(expr: Expr, at: At): Expr {
  switch (expr.kind) {
    case 'vector-selector':
      return { ...expr, at: expr.at ?? at }
    case 'matrix-selector':
      return { ...expr, selector: { ...expr.selector, at: expr.selector.at ?? at } }
    case 'subquery':
      return { ...expr, at: expr.at ?? at }
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
