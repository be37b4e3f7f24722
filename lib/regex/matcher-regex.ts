import { RE2JS } from 're2js'

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

/** Compiles `^(?s:pattern)$`. */
export function compileMatcherRegex(pattern: string): MatcherRegex {
  let compiled: RE2JS
  try {
    compiled = RE2JS.compile(`^(?s:${pattern})$`)
  } catch (error) {
    throw new RegexError(`error parsing regexp: ${(error as Error).message}`, { cause: error })
  }
  return { matches: (value) => compiled.matches(value) }
}
