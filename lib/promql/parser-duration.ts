import type { DurationExpr, Span } from './ast.ts'
import type { Token } from './lexer.ts'
import type { Cursor } from './parser-cursor.ts'
import { secondsOf } from './parser-number.ts'

type BinaryOp = Extract<DurationExpr, { kind: 'duration-binary' }>['op']

const EXPECTED = 'number, duration, step(), or range()'
const precedence: Record<string, number> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 4 }
const UNARY = 3

/** A duration with arithmetic, as it stands in brackets. */
export function parseBracketDuration(cursor: Cursor): DurationExpr {
  const duration = binary(cursor, 0, 'subquery or range selector')
  if (duration.kind === 'duration-literal' && !(duration.seconds > 0)) {
    cursor.refuse(duration.span, 'duration must be greater than 0')
  }
  return allowed(cursor, duration)
}

/** A duration after `offset`: arithmetic only in parentheses. */
export function parseOffsetDuration(cursor: Cursor): DurationExpr {
  const start = cursor.token.start
  if (!cursor.at('-') && !cursor.at('+')) return allowed(cursor, primary(cursor, 'offset'))
  const op = cursor.take().value as '+' | '-'
  return allowed(cursor, signed(cursor, op, primary(cursor, 'offset'), start))
}

/** A plain duration; any other where expressions may be written. */
function allowed(cursor: Cursor, duration: DurationExpr): DurationExpr {
  const isPlain = duration.kind === 'duration-literal' && duration.parens !== true
  if (!isPlain && cursor.options.durationExpressions === false)
    cursor.refuse(duration.span, 'experimental duration expression is not enabled')
  return duration
}

function signed(cursor: Cursor, op: '+' | '-', operand: DurationExpr, start: number): DurationExpr {
  const span = cursor.spanFrom(start)
  if (operand.kind === 'duration-literal' && !operand.parens) {
    return { ...operand, span, seconds: op === '-' ? -operand.seconds : operand.seconds }
  }
  if (op === '+') return operand
  return cursor.above({ kind: 'duration-unary', span, op, operand, parens: false }, operand)
}

function binary(cursor: Cursor, least: number, context: string): DurationExpr {
  let left = unary(cursor, context)
  for (;;) {
    const op = cursor.token.kind === 'operator' ? cursor.token.value : ''
    const level = precedence[op]
    if (level === undefined || level < least) return left
    const sign = cursor.take()
    const right = cursor.nested(() => binary(cursor, op === '^' ? level : level + 1, context))
    left = joined(cursor, op as BinaryOp, left, right, cursor.span(sign.start, sign.end))
  }
}

function joined(cursor: Cursor, op: BinaryOp, left: DurationExpr, right: DurationExpr, sign: Span): DurationExpr {
  if (right.kind === 'duration-literal' && right.seconds === 0) {
    if (op === '/') cursor.refuse(sign, 'division by zero')
    if (op === '%') cursor.refuse(sign, 'modulo by zero')
  }
  const span: Span = { start: left.span.start, end: right.span.end }
  return cursor.above({ kind: 'duration-binary', span, op, left, right, parens: false }, left, right)
}

function unary(cursor: Cursor, context: string): DurationExpr {
  const { token } = cursor
  if (!cursor.at('-') && !cursor.at('+')) return primary(cursor, context)
  cursor.take()
  const operand = cursor.nested(() => binary(cursor, UNARY, context))
  return signed(cursor, token.value as '+' | '-', operand, token.start)
}

function primary(cursor: Cursor, context: string): DurationExpr {
  const { token } = cursor
  if (token.kind === 'number' || token.kind === 'duration') return literal(cursor, cursor.take())
  if (cursor.takeIf('(')) {
    const inner = cursor.nested(() => binary(cursor, 0, context))
    cursor.expect(')', context)
    return { ...inner, span: cursor.spanFrom(token.start), parens: true }
  }
  const name = token.value.toLowerCase()
  if (name === 'step' || name === 'range') return call(cursor, name, 0)
  if (name === 'min_of' || name === 'max_of') return call(cursor, name === 'min_of' ? 'min' : 'max', 2)
  return cursor.unexpected(context, EXPECTED)
}

function call(cursor: Cursor, func: 'step' | 'range' | 'min' | 'max', count: number): DurationExpr {
  const { start } = cursor.take()
  const args: DurationExpr[] = []
  cursor.expect('(', 'duration expression')
  for (let i = 0; i < count; i++) {
    if (i > 0) cursor.expect(',', 'duration expression')
    args.push(cursor.nested(() => binary(cursor, 0, 'duration expression')))
  }
  cursor.expect(')', 'duration expression')
  return cursor.above({ kind: 'duration-call', span: cursor.spanFrom(start), func, args }, ...args)
}

/** Go's largest duration. */
const MAX_SECONDS = 9_223_372_036

function literal(cursor: Cursor, token: Token): DurationExpr {
  const seconds = secondsOf(cursor, token)
  const span = cursor.span(token.start, token.end)
  if (!(Math.abs(seconds) <= MAX_SECONDS)) cursor.refuse(span, 'duration out of range')
  return { kind: 'duration-literal', span, seconds, isNumber: token.kind === 'number' }
}
