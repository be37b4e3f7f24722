import { compareUtf8 } from '#lib/bytes'
import {
  formatDuration,
  formatFloatF,
  isLegacyLabelName,
  isLegacyMetricName,
  METRIC_NAME,
  quote,
  type Matcher,
} from '#lib/model'
import type { Aggregate, AtModifier, Binary, DurationExpr, Expr, VectorSelector } from './ast.ts'

/** An expression on one line, as Prometheus prints it. */
export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return expr.isDuration ? formatDuration(expr.value * 1000) : formatFloatF(expr.value)
    case 'string':
      return quote(expr.value)
    case 'vector-selector':
      return printMetric(expr) + printModifiers(expr)
    case 'matrix-selector':
      return `${printMetric(expr.selector)}[${printDuration(expr.range)}]${printModifiers(expr.selector)}`
    case 'subquery':
      return printExpr(expr.expr) + printSubqueryRange(expr)
    case 'call':
      return `${expr.func}(${expr.args.map(printExpr).join(', ')})`
    case 'aggregate':
      return `${printAggregation(expr)}(${expr.param ? `${printExpr(expr.param)}, ` : ''}${printExpr(expr.expr)})`
    case 'binary':
      return `${printExpr(expr.left)} ${printOperator(expr)} ${printExpr(expr.right)}`
    case 'unary':
      return expr.op + printExpr(expr.expr)
    case 'paren':
      return `(${printExpr(expr.expr)})`
    default:
      return printExpr(expr.expr)
  }
}

/** `sum by (a)`, with a space where a grouping stands before the parenthesis. */
export function printAggregation({ op, grouping, without }: Aggregate): string {
  if (without) return `${op} without (${printLabels(grouping)}) `
  return grouping.length > 0 ? `${op} by (${printLabels(grouping)}) ` : op
}

/** `== bool on (a) group_left (b) fill (0)`. */
export function printOperator({ op, returnBool, matching }: Binary): string {
  let text = returnBool ? `${op} bool` : op
  if (!matching) return text
  const { card, on, labels, include, fillLeft, fillRight } = matching
  const isGrouped = card === 'many-to-one' || card === 'one-to-many'
  if (on || labels.length > 0 || isGrouped) text += ` ${on ? 'on' : 'ignoring'} (${printLabels(labels)})`
  if (isGrouped) text += ` ${card === 'many-to-one' ? 'group_left' : 'group_right'} (${printLabels(include)})`
  if (fillLeft !== undefined && Object.is(fillLeft, fillRight)) return `${text} fill (${formatFloatF(fillLeft)})`
  if (fillLeft !== undefined) text += ` fill_left (${formatFloatF(fillLeft)})`
  if (fillRight !== undefined) text += ` fill_right (${formatFloatF(fillRight)})`
  return text
}

/** `[5m:1m] @ end() offset 1h`. */
export function printSubqueryRange(expr: Extract<Expr, { kind: 'subquery' }>): string {
  const step = expr.step ? printDuration(expr.step) : ''
  return `[${printDuration(expr.range)}:${step}]${printAt(expr.at)}${printOffset(expr.offset)}`
}

/** Words that are no labels without quotes where a grouping is expected. */
const NEVER_LABELS = /^(?:inf|nan|without)$/i
/** Words that cannot stand for a metric without quotes. */
const NEVER_NAMES = /^(?:on|ignoring|group_left|group_right|bool|atan2|inf|nan)$/i

function printLabels(labels: readonly string[]): string {
  return labels.map((label) => (NEVER_LABELS.test(label) ? quote(label) : printLabel(label))).join(', ')
}

function printLabel(label: string): string {
  return isLegacyLabelName(label) ? label : quote(label)
}

function printMetric({ name, matchers }: VectorSelector): string {
  const isBare = isLegacyMetricName(name) && !NEVER_NAMES.test(name)
  const parts: string[] = []
  let isNameMet = name === ''
  for (const matcher of matchers) {
    // The name's own matcher is not repeated.
    if (!isNameMet && matcher.name === METRIC_NAME && matcher.op === '=' && matcher.value === name) isNameMet = true
    else parts.push(printMatcher(matcher))
  }
  parts.sort(compareUtf8)
  if (name !== '' && !isBare) parts.unshift(quote(name))
  const bare = isBare ? name : ''
  return parts.length === 0 && bare !== '' ? bare : `${bare}{${parts.join(',')}}`
}

function printMatcher({ name, op, value }: Matcher): string {
  return printLabel(name) + op + quote(value)
}

function printModifiers({ anchored, smoothed, at, offset }: VectorSelector): string {
  const extension = anchored ? ' anchored' : smoothed ? ' smoothed' : ''
  return extension + printAt(at) + printOffset(offset)
}

function printAt(at: AtModifier | undefined): string {
  if (!at) return ''
  return at.kind === 'timestamp' ? ` @ ${(at.ms / 1000).toFixed(3)}` : ` @ ${at.kind}()`
}

function printOffset(offset: DurationExpr | undefined): string {
  if (!offset || (offset.kind === 'duration-literal' && offset.seconds === 0)) return ''
  return ` offset ${printDuration(offset)}`
}

/** A duration where one must stand: numbers become durations. */
function printDuration(duration: DurationExpr): string {
  if (duration.kind === 'duration-literal') return formatDuration(Math.round(duration.seconds * 1000))
  return printOperand(duration)
}

function printOperand(duration: DurationExpr): string {
  const text = printBare(duration)
  return duration.kind !== 'duration-literal' && duration.parens ? `(${text})` : text
}

function printBare(duration: DurationExpr): string {
  switch (duration.kind) {
    case 'duration-literal':
      return duration.isNumber ? formatFloatF(duration.seconds) : formatDuration(duration.seconds * 1000)
    case 'duration-unary':
      return duration.op + printOperand(duration.operand)
    case 'duration-binary':
      return `${printOperand(duration.left)} ${duration.op} ${printOperand(duration.right)}`
    default:
      return printCall(duration.func, duration.args)
  }
}

function printCall(func: 'step' | 'range' | 'min' | 'max', args: readonly DurationExpr[]): string {
  const name = func === 'min' || func === 'max' ? `${func}_of` : func
  return `${name}(${args.map(printOperand).join(', ')})`
}
