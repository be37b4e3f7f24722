import type { Matcher } from '#lib/model'
import type { Aggregate, AggregateOp, Binary, BinaryOp, Call, Expr, Unary, VectorMatching } from './ast.ts'
import { functionTable } from './function-table.ts'
import { functionWords, type Token } from './lexer.ts'
import { Cursor, type ParseOptions } from './parser-cursor.ts'
import { parseModifiers } from './parser-modifiers.ts'
import { numberOf, secondsOf } from './parser-number.ts'
import { parseVectorSelector } from './parser-selector.ts'
import {
  checkAggregate,
  checkBinary,
  checkCall,
  checkSelector,
  checkUnary,
  isSetOperator,
  typeOf,
} from './type-check.ts'
import { quote } from '#lib/model'

/** Parses a PromQL query and checks its types; throws a ParseError. */
export function parseExpr(text: string, options: ParseOptions = {}): Expr {
  const cursor = new Cursor(text, options)
  if (cursor.token.kind === 'end') cursor.refuse({ start: 0, end: 0 }, 'no expression found in input')
  const expr = parseBinary(cursor, 0)
  cursor.finish()
  return expr
}

/** Parses a series selector as `match[]` takes it; one that every series matches is refused unless allowed. */
export function parseSelector(text: string, allowEmpty = false): Matcher[] {
  const cursor = new Cursor(text, {})
  if (cursor.token.kind === 'end') cursor.refuse({ start: 0, end: 0 }, 'no expression found in input')
  if (!cursor.at('{') && !isName(cursor.token)) cursor.unexpected()
  const selector = parseVectorSelector(cursor)
  if (!allowEmpty) checkSelector(selector, cursor.refuseLater)
  cursor.finish()
  return [...selector.matchers]
}

const levels: Record<string, number> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '>': 3,
  '<=': 3,
  '>=': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
}
const POWER = 6

function parseBinary(cursor: Cursor, least: number): Expr {
  let left = parseUnary(cursor)
  for (;;) {
    const { token } = cursor
    const level = token.kind === 'operator' ? levels[token.value] : undefined
    if (level === undefined || level < least) return left
    left = parseOperation(cursor, left, level)
  }
}

function parseOperation(cursor: Cursor, left: Expr, level: number): Expr {
  const token = cursor.take()
  const op = token.value as BinaryOp
  const returnBool = cursor.takeIf('bool')
  const matching = parseMatching(cursor)
  const modifiersEnd = cursor.lastEnd
  const right = cursor.nested(() => parseBinary(cursor, level === POWER ? level : level + 1))
  if (cursor.options.fillModifiers === false && (matching?.fillLeft ?? matching?.fillRight) !== undefined)
    cursor.refuse(
      { start: left.span.start, end: right.span.end },
      'binop fill modifiers are experimental and not enabled',
    )
  const leftType = typeOf(left)
  const rightType = typeOf(right)
  const areVectors = leftType === 'vector' && rightType === 'vector'
  const span = { start: left.span.start, end: right.span.end }
  const sets = isSetOperator(op) && matching.card === 'one-to-one'
  const complete: VectorMatching = sets ? { ...matching, card: 'many-to-many' } : matching
  const expr: Binary = { kind: 'binary', span, op, left, right, returnBool, matching: complete }
  const operator = cursor.span(token.start, modifiersEnd)
  checkBinary(expr, leftType, rightType, { ...operator, end: operator.end - 1 }, cursor.refuseLater)
  return cursor.above(areVectors ? expr : { ...expr, matching: undefined }, left, right)
}

function parseMatching(cursor: Cursor): VectorMatching {
  let matching: VectorMatching = {
    card: 'one-to-one',
    on: false,
    labels: [],
    include: [],
    fillLeft: undefined,
    fillRight: undefined,
  }
  if (cursor.at('on') || cursor.at('ignoring')) {
    const on = cursor.take().value === 'on'
    matching = { ...matching, on, labels: parseGrouping(cursor) }
    if (cursor.at('group_left') || cursor.at('group_right')) {
      const card = cursor.take().value === 'group_left' ? 'many-to-one' : 'one-to-many'
      matching = { ...matching, card, include: cursor.at('(') || !beginsExpr(cursor) ? parseGrouping(cursor) : [] }
    }
  }
  return parseFill(cursor, matching)
}

/** `fill`, or one or both of `fill_left` and `fill_right`. */
function parseFill(cursor: Cursor, matching: VectorMatching): VectorMatching {
  let { fillLeft, fillRight } = matching
  while (
    ['fill', 'fill_left', 'fill_right'].some((word) => cursor.at(word)) &&
    (fillLeft === undefined || fillRight === undefined)
  ) {
    const isFirst = fillLeft === undefined && fillRight === undefined
    if (!isFirst && !cursor.at(fillLeft === undefined ? 'fill_left' : 'fill_right')) break
    const word = cursor.take().value
    cursor.expect('(')
    const sign = cursor.at('-') ? -1 : 1
    if (cursor.at('-') || cursor.at('+')) cursor.take()
    if (cursor.token.kind !== 'number') cursor.unexpected()
    const value = sign * numberOf(cursor, cursor.take())
    cursor.expect(')')
    if (word !== 'fill_right') fillLeft = value
    if (word !== 'fill_left') fillRight = value
  }
  return { ...matching, fillLeft, fillRight }
}

const wordKinds = new Set(['identifier', 'metric-identifier', 'keyword', 'aggregator'])

function parseGrouping(cursor: Cursor): string[] {
  const labels: string[] = []
  const context = 'grouping opts'
  cursor.expect('(', context)
  while (!cursor.takeIf(')')) {
    const { kind, value, text } = cursor.token
    const isWord =
      (wordKinds.has(kind) && value !== 'without' && !text.includes(':')) ||
      (kind === 'operator' && /^[a-z]/i.test(text))
    if (kind !== 'string' && !isWord) cursor.unexpected(context, 'label')
    const label = kind === 'string' ? value : text
    if (label === '')
      cursor.refuse(cursor.span(cursor.token.start, cursor.token.end), 'invalid label name for grouping: ""')
    labels.push(label)
    cursor.take()
    if (!cursor.takeIf(',') && !cursor.at(')')) cursor.unexpected(context, '"," or ")"')
  }
  return labels
}

function parseUnary(cursor: Cursor): Expr {
  const { token } = cursor
  if (!cursor.at('-') && !cursor.at('+')) return parsePostfix(cursor)
  cursor.take()
  const op = token.value as '+' | '-'
  const operand = cursor.nested(() => parseBinary(cursor, POWER))
  const span = { start: cursor.source.byteAt(token.start), end: operand.span.end }
  if (operand.kind === 'number') return { ...operand, span, value: op === '-' ? -operand.value : operand.value }
  const expr: Unary = { kind: 'unary', span, op, expr: operand }
  checkUnary(expr, cursor.refuseLater)
  return cursor.above(expr, operand)
}

/** Whether an expression may begin with the token. */
function beginsExpr(cursor: Cursor): boolean {
  const { token } = cursor
  const isValue = token.kind === 'number' || token.kind === 'duration' || token.kind === 'string'
  return isValue || isName(token) || ['+', '-', '(', '{'].some((sign) => cursor.at(sign))
}

function parsePostfix(cursor: Cursor): Expr {
  const { start } = cursor.token
  const expr = parsePrimary(cursor)
  return parseModifiers(cursor, expr, start)
}

function parsePrimary(cursor: Cursor): Expr {
  const { token } = cursor
  if (token.kind === 'number' || token.kind === 'duration') {
    cursor.take()
    const isDuration = token.kind === 'duration'
    return { kind: 'number', span: cursor.spanFrom(token.start), value: secondsOf(cursor, token), isDuration }
  }
  if (token.kind === 'string') {
    cursor.take()
    return { kind: 'string', span: cursor.spanFrom(token.start), value: token.value }
  }
  if (cursor.at('(')) return parseParen(cursor)
  if (cursor.at('{')) return selector(cursor)
  if (!isName(token)) return cursor.unexpected()
  return parseNamed(cursor)
}

function parseParen(cursor: Cursor): Expr {
  const { start } = cursor.take()
  const expr = cursor.nested(() => parseBinary(cursor, 0))
  if (!cursor.at(')')) cursor.unexpected()
  cursor.take()
  return cursor.above({ kind: 'paren', span: cursor.spanFrom(start), expr }, expr)
}

const notNames = new Set(['on', 'ignoring', 'group_left', 'group_right', 'bool'])

/** Whether a metric may be called so: nearly every keyword may. */
function isName({ kind, value }: Token): boolean {
  if (kind === 'operator') return value === 'and' || value === 'or' || value === 'unless'
  return wordKinds.has(kind) && !(kind === 'keyword' && notNames.has(value))
}

/** A selector, call or aggregation: what follows the word decides. */
function parseNamed(cursor: Cursor): Expr {
  const word = cursor.token
  const isCallable = word.kind === 'identifier' || (word.kind === 'keyword' && functionWords.has(word.value))
  const after = nextSign(cursor)
  if (word.kind === 'aggregator' && /^(?:\(|by\b|without\b)/i.test(after)) return parseAggregate(cursor)
  if (isCallable && after.startsWith('(')) return parseCall(cursor, word)
  return selector(cursor)
}

const AFTER_WORD = /(?:\s|#[^\n\r]*)*([({]|[a-zA-Z_]+)?/y

function nextSign(cursor: Cursor): string {
  AFTER_WORD.lastIndex = cursor.token.end
  return AFTER_WORD.exec(cursor.source.text)?.[1] ?? ''
}

function selector(cursor: Cursor): Expr {
  const expr = parseVectorSelector(cursor)
  if (!cursor.inInfo) checkSelector(expr, cursor.refuseLater)
  return expr
}

function parseCall(cursor: Cursor, word: Token): Expr {
  cursor.take()
  const name = word.text
  const checkName = () => {
    const known = functionTable.get(name)
    const place = cursor.span(word.start, word.end)
    if (!known) cursor.refuse(place, `unknown function with name ${quote(word.text)}`)
    if (known?.experimental && cursor.options.experimentalFunctions === false) {
      cursor.refuse(place, `function ${quote(name)} is not enabled`)
    }
  }
  // What follows is read when all is said of this call.
  const args = parseArgs(cursor, name === 'info', checkName)
  const call: Call = { kind: 'call', span: cursor.spanFrom(word.start), func: name, args }
  checkCall(call, cursor.refuseLater)
  return cursor.above(call, ...args)
}

/** `atEnd` is called before the closing parenthesis is taken. */
function parseArgs(cursor: Cursor, isInfo: boolean, atEnd = () => {}): Expr[] {
  cursor.expect('(')
  const args: Expr[] = []
  const takeEnd = () => {
    if (cursor.at(')')) atEnd()
    return cursor.takeIf(')')
  }
  if (takeEnd()) return args
  for (;;) {
    cursor.inInfo = isInfo && args.length === 1
    args.push(cursor.nested(() => parseBinary(cursor, 0)))
    cursor.inInfo = false
    if (takeEnd()) return args
    if (!cursor.at(',')) cursor.unexpected()
    const comma = cursor.take()
    if (!beginsExpr(cursor)) {
      cursor.refuse(cursor.span(comma.start, comma.end), 'trailing commas not allowed in function call args')
    }
  }
}

const withParam = new Set<string>(['topk', 'bottomk', 'count_values', 'quantile', 'limitk', 'limit_ratio'])

function parseAggregate(cursor: Cursor): Expr {
  const word = cursor.take()
  const op = word.value as AggregateOp
  const { before, args } = cursor.aggregation(() => ({ before: parseBy(cursor), args: parseArgs(cursor, false) }))
  const modifier = before ?? parseBy(cursor)
  if (cursor.options.experimentalFunctions === false && (op === 'limitk' || op === 'limit_ratio')) {
    cursor.refuse(
      cursor.span(word.start, word.end),
      `${op}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`,
    )
  }
  const span = cursor.spanFrom(word.start)
  const wanted = withParam.has(op) ? 2 : 1
  if (args.length === 0) cursor.refuse(span, 'no arguments for aggregate expression provided')
  if (args.length !== wanted) {
    cursor.refuse(
      span,
      `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
    )
  }
  const expr = args[wanted - 1]
  const param = wanted === 2 ? args[0] : undefined
  const node: Aggregate = {
    kind: 'aggregate',
    span,
    op,
    param,
    expr,
    grouping: modifier?.labels ?? [],
    without: modifier?.without ?? false,
  }
  checkAggregate(node, cursor.refuseLater)
  return cursor.above(node, ...args)
}

function parseBy(cursor: Cursor): { without: boolean; labels: string[] } | undefined {
  if (!cursor.at('by') && !cursor.at('without')) return undefined
  const without = cursor.take().value === 'without'
  return { without, labels: parseGrouping(cursor) }
}
