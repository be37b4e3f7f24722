import { METRIC_NAME, newMatcher, type Matcher } from '#lib/model'
import type { VectorSelector } from './ast.ts'
import type { Token } from './lexer.ts'
import type { Cursor } from './parser-cursor.ts'

const CONTEXT = 'label matching'

/** A selector: a metric's name, matchers in braces, or both. */
export function parseVectorSelector(cursor: Cursor): VectorSelector {
  const { start } = cursor.token
  const matchers: Matcher[] = []
  let name = ''
  if (!cursor.at('{')) name = cursor.take().text
  if (cursor.at('{')) name = parseBraces(cursor, matchers, name)
  if (name !== '') matchers.push(newMatcher(METRIC_NAME, '=', name))
  return {
    kind: 'vector-selector',
    span: cursor.spanFrom(start),
    name,
    matchers,
    offset: undefined,
    at: undefined,
    anchored: false,
    smoothed: false,
  }
}

/** Reads `{…}` into matchers; gives the metric's name, which may stand there as a string. */
function parseBraces(cursor: Cursor, matchers: Matcher[], outerName: string): string {
  let name = outerName
  cursor.take()
  while (!cursor.takeIf('}')) {
    const label = cursor.token
    if (label.kind !== 'identifier' && label.kind !== 'string') cursor.unexpected(CONTEXT, 'identifier or "}"')
    cursor.take()
    if (label.kind === 'string' && (cursor.at(',') || cursor.at('}'))) {
      if (name !== '') refuseSecondName(cursor, name, label)
      name = label.value
    } else {
      matchers.push(parseMatcher(cursor, label))
    }
    if (!cursor.takeIf(',') && !cursor.at('}')) cursor.unexpected(CONTEXT, '"," or "}"')
  }
  return name
}

function refuseSecondName(cursor: Cursor, name: string, label: Token): never {
  return cursor.refuse(
    cursor.span(label.start, label.end),
    `metric name must not be set twice: "${name}" or "${label.value}"`,
  )
}

function parseMatcher(cursor: Cursor, label: Token): Matcher {
  const op = cursor.token.value
  if (op !== '=' && op !== '!=' && op !== '=~' && op !== '!~') cursor.unexpected(CONTEXT, 'label matching operator')
  cursor.take()
  if (cursor.token.kind !== 'string') cursor.unexpected(CONTEXT, 'string')
  const value = cursor.take().value
  try {
    return newMatcher(label.value, op, value)
  } catch (error) {
    return cursor.refuse(cursor.spanFrom(label.start), (error as Error).message)
  }
}
