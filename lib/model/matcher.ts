import { checkPattern, compileMatcherRegex, type MatcherRegex } from '#lib/regex'

export type MatchOp = '=' | '!=' | '=~' | '!~'

/** A condition on one label. An absent label has the value ''. */
export interface Matcher {
  readonly name: string
  readonly op: MatchOp
  readonly value: string
  matches(value: string): boolean
  /** The only values that can match, where the pattern is a plain set of them (`a|b`); `op` is then = or =~. */
  readonly setMatches?: readonly string[]
}

/** Makes a matcher; throws a RegexError when the pattern is not valid RE2. */
export function newMatcher(name: string, op: MatchOp, value: string): Matcher {
  if (op === '=') return { name, op, value, matches: (v) => v === value, setMatches: [value] }
  if (op === '!=') return { name, op, value, matches: (v) => v !== value }
  const regex = regexOf(value)
  if (op === '=~') return { name, op, value, matches: (v) => regex.matches(v), setMatches: regex.setMatches }
  return { name, op, value, matches: (v) => !regex.matches(v) }
}

function regexOf(pattern: string): MatcherRegex {
  try {
    return compileMatcherRegex(pattern)
  } catch (error) {
    checkPattern(pattern)
    throw error
  }
}
