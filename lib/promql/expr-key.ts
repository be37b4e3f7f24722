import type { Expr } from './ast.ts'

/** Equal for expressions that mean the same, wherever they stand in the query. */
export function exprKey(expr: Expr): string {
  return JSON.stringify(expr, (name, value: unknown) => {
    if (name === 'span') return undefined
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) return `number ${signed(value)}`
    return value
  })
}

function signed(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
