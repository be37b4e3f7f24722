import type { DurationExpr, Span } from './ast.ts'
import type { Token } from './lexer.ts'
import type { Cursor } from './parser-cursor.ts'
import { secondsOf } from './parser-number.ts'

type BinaryOp = Extract<DurationExpr, { kind: 'duration-binary' }>['op']

/** What an error says of where it is, and of what could have stood there. */
interface Place {
  readonly context: string
  readonly expected: string
}

const EXPECTED = 'number, duration, step(), or range()'
const inRange: Place = { context: 'subquery or range selector', expected: EXPECTED }
const inStep: Place = { context: 'subquery selector', expected: 'number, duration, step(), range(), or "]"' }
const inOffset: Place = { context: 'offset', expected: EXPECTED }

const precedence: Record<string, number> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 4 }
const UNARY = 3

/** The range of a selector or subquery, with arithmetic. */
export function parseRangeDuration(cursor: Cursor): DurationExpr {
  return positive(cursor, inRange)
}

/** The step of a subquery, with arithmetic. */
export function parseStepDuration(cursor: Cursor): DurationExpr {
  return positive(cursor, inStep)
}

function positive(cursor: Cursor, place: Place): DurationExpr {
  const duration = binary(cursor, 0, place)
  if (duration.kind === 'duration-literal' && !(duration.seconds > 0)) {
    cursor.refuse(duration.span, 'duration must be greater than 0')
  }
  return duration
}

/**
 * A duration after `offset`. A literal, a call, or either or parentheses with a sign ends it: operators behind them are
 * those of the query. After parentheses without a sign and after two signs they are the duration's, as in Prometheus.
 */
export function parseOffsetDuration(cursor: Cursor): DurationExpr {
  const { token } = cursor
  if (cursor.at('(')) return binary(cursor, 0, inOffset)
  if (!cursor.at('-') && !cursor.at('+')) return primary(cursor, inOffset)
  const op = cursor.take().value as '+' | '-'
  if (cursor.at('-') || cursor.at('+')) {
    const operand = cursor.nested(() => binary(cursor, UNARY, inOffset))
    return rest(cursor, signed(cursor, op, operand, token.start), 0, inOffset)
  }
  if (cursor.at('(')) return signed(cursor, op, inParens(cursor, inOffset), token.start)
  const operand = atom(cursor, inOffset)
  const start = cursor.source.byteAt(token.start)
  if (operand.kind === 'duration-call') experimental(cursor, { start, end: operand.span.end })
  return signed(cursor, op, operand, token.start)
}

function signed(cursor: Cursor, op: '+' | '-', operand: DurationExpr, start: number): DurationExpr {
  const span: Span = { start: cursor.source.byteAt(start), end: operand.span.end }
  if (operand.kind === 'duration-literal') {
    return { ...operand, span, seconds: op === '-' ? -operand.seconds : operand.seconds }
  }
  if (op === '+') return operand
  return cursor.above({ kind: 'duration-unary', span, op, operand, parens: false }, operand)
}

function binary(cursor: Cursor, least: number, place: Place): DurationExpr {
  return rest(cursor, unary(cursor, place), least, place)
}

/** The operators that follow what was read, and their operands. */
function rest(cursor: Cursor, first: DurationExpr, least: number, place: Place): DurationExpr {
  let left = first
  for (;;) {
    const op = cursor.token.kind === 'operator' ? cursor.token.value : ''
    const level = precedence[op]
    if (level === undefined || level < least) return left
    const sign = cursor.take()
    const right = cursor.nested(() => binary(cursor, op === '^' ? level : level + 1, place))
    left = joined(cursor, op as BinaryOp, left, right, cursor.span(sign.start, sign.end))
  }
}

function joined(cursor: Cursor, op: BinaryOp, left: DurationExpr, right: DurationExpr, sign: Span): DurationExpr {
  experimental(cursor, left.span)
  if (right.kind === 'duration-literal' && right.seconds === 0) {
    if (op === '/') cursor.refuse(sign, 'division by zero')
    if (op === '%') cursor.refuse(sign, 'modulo by zero')
  }
  const span: Span = { start: left.span.start, end: right.span.end }
  return cursor.above({ kind: 'duration-binary', span, op, left, right, parens: false }, left, right)
}

function experimental(cursor: Cursor, span: Span): void {
  if (cursor.options.durationExpressions === false)
    cursor.refuse(span, 'experimental duration expression is not enabled')
}

function unary(cursor: Cursor, place: Place): DurationExpr {
  const { token } = cursor
  if (!cursor.at('-') && !cursor.at('+')) return primary(cursor, place)
  cursor.take()
  const operand = cursor.nested(() => binary(cursor, UNARY, place))
  return signed(cursor, token.value as '+' | '-', operand, token.start)
}

function primary(cursor: Cursor, place: Place): DurationExpr {
  const isPlain = cursor.token.kind === 'number' || cursor.token.kind === 'duration'
  const duration = cursor.at('(') ? inParens(cursor, place) : atom(cursor, place)
  if (!isPlain) experimental(cursor, duration.span)
  return duration
}

/** A literal or a call. */
function atom(cursor: Cursor, place: Place): DurationExpr {
  const { token } = cursor
  if (token.kind === 'number' || token.kind === 'duration') return literal(cursor, cursor.take())
  if (cursor.at('step')) return call(cursor, 'step', 0, place)
  if (cursor.at('range')) return call(cursor, 'range', 0, place)
  if (cursor.at('min_of')) return call(cursor, 'min', 2, place)
  if (cursor.at('max_of')) return call(cursor, 'max', 2, place)
  return cursor.unexpected(place.context, place.expected)
}

/** Parentheses, whose place is that of what is in them; around a mere number they say nothing. */
function inParens(cursor: Cursor, place: Place): DurationExpr {
  cursor.take()
  const inner = cursor.nested(() => binary(cursor, 0, place))
  take(cursor, ')', place)
  return inner.kind === 'duration-literal' ? inner : { ...inner, parens: true }
}

function call(cursor: Cursor, func: 'step' | 'range' | 'min' | 'max', count: number, place: Place): DurationExpr {
  const { start } = cursor.take()
  const args: DurationExpr[] = []
  take(cursor, '(', place)
  for (let i = 0; i < count; i++) {
    if (i > 0) take(cursor, ',', place)
    args.push(cursor.nested(() => binary(cursor, 0, place)))
  }
  take(cursor, ')', place)
  // The place of one with arguments is theirs, as in Prometheus.
  const span = args.length === 0 ? cursor.spanFrom(start) : { start: args[0].span.start, end: args[1].span.end }
  return cursor.above({ kind: 'duration-call', span, func, args }, ...args)
}

function take(cursor: Cursor, sign: string, place: Place): void {
  if (!cursor.takeIf(sign)) cursor.unexpected(place.context, place.expected)
}

/** Go's largest duration. */
const MAX_SECONDS = 9_223_372_036

function literal(cursor: Cursor, token: Token): DurationExpr {
  const seconds = secondsOf(cursor, token)
  const span = cursor.span(token.start, token.end)
  if (!(Math.abs(seconds) <= MAX_SECONDS)) cursor.refuse(span, 'duration out of range')
  return { kind: 'duration-literal', span, seconds, isNumber: token.kind === 'number' }
}
