import type { AtModifier, DurationExpr, Expr, MatrixSelector, Subquery, VectorSelector } from './ast.ts'
import type { Cursor } from './parser-cursor.ts'
import { parseOffsetDuration, parseRangeDuration, parseStepDuration } from './parser-duration.ts'
import { secondsOf } from './parser-number.ts'
import { typeOf } from './type-check.ts'

/** What may follow an expression: ranges, `offset`, `@`, `anchored`, `smoothed`, in any order. */
export function parseModifiers(cursor: Cursor, operand: Expr, start: number): Expr {
  let expr = operand
  for (;;) {
    if (cursor.at('[')) expr = parseRange(cursor, expr, start)
    else if (cursor.takeIf('offset')) expr = withOffset(cursor, expr, start)
    else if (cursor.takeIf('@')) expr = withAt(cursor, expr, start)
    else if (cursor.at('anchored') || cursor.at('smoothed')) expr = withExtension(cursor, expr, start)
    else return expr
  }
}

function parseRange(cursor: Cursor, expr: Expr, start: number): Expr {
  const open = cursor.take().start
  const range = parseRangeDuration(cursor)
  if (cursor.takeIf(':')) return parseSubquery(cursor, expr, range, start)
  if (!cursor.at(']')) cursor.unexpected('subquery or range', '":" or "]"')
  cursor.take()
  const place = cursor.spanFrom(open)
  if (expr.kind !== 'vector-selector') return cursor.refuse(place, 'ranges only allowed for vector selectors')
  if (expr.offset) cursor.refuse(place, 'no offset modifiers allowed before range')
  if (expr.at) cursor.refuse(place, 'no @ modifiers allowed before range')
  return { kind: 'matrix-selector', span: cursor.spanFrom(start), selector: expr, range }
}

function parseSubquery(cursor: Cursor, expr: Expr, range: DurationExpr, start: number): Subquery {
  const step = cursor.at(']') ? undefined : parseStepDuration(cursor)
  if (!cursor.at(']')) cursor.unexpected('subquery selector', '"]"')
  cursor.take()
  const span = cursor.spanFrom(start)
  const type = typeOf(expr)
  if (type !== 'vector') cursor.refuseLater(span, `subquery is only allowed on instant vector, got ${type} instead`)
  return cursor.above({ kind: 'subquery', span, expr, range, step, offset: undefined, at: undefined }, expr, range)
}

type Selector = VectorSelector | MatrixSelector | Subquery

/** The selector with a part of it replaced; of a range selector, the part of the selector in it. */
function changed(
  cursor: Cursor,
  expr: Selector,
  start: number,
  change: Partial<Pick<VectorSelector, 'offset' | 'at' | 'anchored' | 'smoothed'>>,
): Expr {
  const span = cursor.spanFrom(start)
  if (expr.kind !== 'matrix-selector') return cursor.above({ ...expr, ...change, span }, expr)
  return { ...expr, span, selector: { ...expr.selector, ...change } }
}

function isSelector(expr: Expr): expr is Selector {
  return expr.kind === 'vector-selector' || expr.kind === 'matrix-selector' || expr.kind === 'subquery'
}

const PRECEDED = 'modifier must be preceded by an instant vector selector or range vector selector or a subquery'

function withOffset(cursor: Cursor, expr: Expr, start: number): Expr {
  const offset = parseOffsetDuration(cursor)
  if (!isSelector(expr)) return cursor.refuse(expr.span, `offset ${PRECEDED}`)
  if ((expr.kind === 'matrix-selector' ? expr.selector : expr).offset) {
    cursor.refuse(expr.span, 'offset may not be set multiple times')
  }
  return changed(cursor, expr, start, { offset })
}

function withAt(cursor: Cursor, expr: Expr, start: number): Expr {
  const at = parseAt(cursor, expr)
  if (!isSelector(expr)) return cursor.refuse(expr.span, `@ ${PRECEDED}`)
  if ((expr.kind === 'matrix-selector' ? expr.selector : expr).at) {
    cursor.refuse(expr.span, '@ <timestamp> may not be set multiple times')
  }
  return changed(cursor, expr, start, { at })
}

/** The largest time that whole milliseconds in 64 bits can hold, in seconds. */
const MAX_TIMESTAMP = 2 ** 63 / 1000

function parseAt(cursor: Cursor, expr: Expr): AtModifier {
  const { token } = cursor
  if (token.value === 'start' || token.value === 'end') {
    if (token.kind === 'keyword') {
      cursor.take()
      if (!cursor.takeIf('(') || !cursor.takeIf(')')) cursor.unexpected('@', 'timestamp')
      return { kind: token.value }
    }
  }
  const sign = cursor.at('-') ? -1 : 1
  if (cursor.at('-') || cursor.at('+')) cursor.take()
  if (cursor.token.kind !== 'number' && cursor.token.kind !== 'duration') cursor.unexpected('@', 'timestamp')
  const seconds = sign * secondsOf(cursor, cursor.take())
  if (!(Math.abs(seconds) < MAX_TIMESTAMP)) {
    const text = Number.isNaN(seconds) ? 'NaN' : seconds > 0 ? '+Inf' : '-Inf'
    const shown = Number.isFinite(seconds) ? seconds.toFixed(6) : text
    cursor.refuse(expr.span, `timestamp out of bounds for @ modifier: ${shown}`)
  }
  return { kind: 'timestamp', ms: Math.round(seconds * 1000) }
}

function withExtension(cursor: Cursor, expr: Expr, start: number): Expr {
  const word = cursor.take().value as 'anchored' | 'smoothed'
  if (cursor.options.extendedRangeSelectors === false)
    cursor.refuse(expr.span, `${word} modifier is experimental and not enabled`)
  if (expr.kind !== 'vector-selector' && expr.kind !== 'matrix-selector') {
    const what = expr.kind === 'subquery' ? 'is not supported for subqueries' : 'not implemented'
    return cursor.refuse(expr.span, `${word} modifier ${what}`)
  }
  const selector = expr.kind === 'matrix-selector' ? expr.selector : expr
  if (word === 'anchored' ? selector.smoothed : selector.anchored) {
    cursor.refuse(expr.span, 'anchored and smoothed modifiers cannot be used together')
  }
  return changed(cursor, expr, start, { [word]: true })
}
