import { RE2JS } from 're2js'
import { simplePattern } from './simple-pattern.ts'

/** A pattern that RE2 does not accept. */
export class RegexError extends Error {
  readonly code = 'invalid-regex'
}

/** A label matcher's pattern: anchored at both ends, `.` matches newlines, linear time (RE2). */
export interface MatcherRegex {
  matches(value: string): boolean
  /** The only values that can match, where the pattern is a plain alternation of literals. */
  readonly setMatches?: readonly string[]
}

/** Compiles `^(?s:pattern)$`; patterns of a simple shape are answered without an automaton. */
export function compileMatcherRegex(pattern: string): MatcherRegex {
  const simple = simplePattern(pattern)
  if (simple) return simple
  const compiled = compileAnchored(pattern)
  return { matches: (value) => compiled.matches(value) }
}

/** The pattern as RE2, anchored; throws a RegexError. */
export function compileAnchored(pattern: string): RE2JS {
  return compile(`^(?s:${pattern})$`)
}

/** Throws a RegexError that shows the pattern as it was written, where it is wrong in itself. */
export function checkPattern(pattern: string): void {
  compile(pattern)
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    const { message } = error as Error
    throw new RegexError(message.startsWith(PREFIX) ? message : PREFIX + message, { cause: error })
  }
}

const PREFIX = 'error parsing regexp: '
