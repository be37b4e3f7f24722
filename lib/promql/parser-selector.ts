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
  if (cursor.at('{')) parseBraces(cursor, matchers)
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

/** Reads `{…}` into matchers; the metric's name may stand there as a string. */
function parseBraces(cursor: Cursor, matchers: Matcher[]): void {
  cursor.take()
  while (!cursor.takeIf('}')) {
    const label = cursor.token
    if (label.kind !== 'identifier' && label.kind !== 'string') cursor.unexpected(CONTEXT, 'identifier or "}"')
    cursor.take()
    const isName = label.kind === 'string' && (cursor.at(',') || cursor.at('}'))
    matchers.push(isName ? newMatcher(METRIC_NAME, '=', label.value) : parseMatcher(cursor, label))
    if (!cursor.takeIf(',') && !cursor.at('}')) cursor.unexpected(CONTEXT, '"," or "}"')
  }
}

function parseMatcher(cursor: Cursor, label: Token): Matcher {
  const op = (['=', '!=', '=~', '!~'] as const).find((sign) => cursor.at(sign))
  // A string may be the name of a metric, and be all.
  const wanted = label.kind === 'string' ? '"," or "}"' : 'label matching operator'
  if (op === undefined) return cursor.unexpected(CONTEXT, wanted)
  cursor.take()
  if (cursor.token.kind !== 'string') cursor.unexpected(CONTEXT, 'string')
  const value = cursor.take().value
  try {
    return newMatcher(label.value, op, value)
  } catch (error) {
    return cursor.refuse(cursor.spanFrom(label.start), (error as Error).message)
  }
}
