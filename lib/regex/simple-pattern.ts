import type { MatcherRegex } from './matcher-regex.ts'

/** Letters, digits and signs that mean themselves, with escaped dots and the like. */
const LITERAL = String.raw`(?:[\w \-/:;,=@#%&~"'<>!\`]|\\[.\-/+*?()|[\]{}^$\\])`
const SET = new RegExp(`^${LITERAL}*(?:\\|${LITERAL}*)*$`)
const GROUPED = new RegExp(`^(${LITERAL}*)\\(((?:${LITERAL}|\\|)*)\\)(${LITERAL}*)$`)
const WILD = new RegExp(`^(\\.[*+])?(${LITERAL}*)(\\.[*+])?$`)

/** A matcher for a literal, a set of literals, or a literal with `.*` or `.+` around it; undefined for other patterns. */
export function simplePattern(pattern: string): MatcherRegex | undefined {
  if (SET.test(pattern)) return setMatcher(pattern.split('|').map(unescaped))
  const grouped = GROUPED.exec(pattern)
  if (grouped) {
    const [, before, inside, after] = grouped
    return setMatcher(inside.split('|').map((part) => unescaped(before + part + after)))
  }
  const wild = WILD.exec(pattern)
  return wild ? { matches: wildMatcher(wild[1], unescaped(wild[2]), wild[3]) } : undefined
}

function unescaped(literal: string): string {
  return literal.replace(/\\(.)/g, '$1')
}

function setMatcher(values: readonly string[]): MatcherRegex {
  const unique = [...new Set(values)]
  if (unique.length === 1) {
    const [only] = unique
    return { matches: (value) => value === only, setMatches: unique }
  }
  const set = new Set(unique)
  return { matches: (value) => set.has(value), setMatches: unique }
}

function wildMatcher(before: string | undefined, literal: string, after: string | undefined): (v: string) => boolean {
  // `.+` asks for one character more than `.*` on its side.
  const ahead = before === '.+' ? 1 : 0
  const behind = after === '.+' ? 1 : 0
  const least = ahead + literal.length + behind
  if (before === undefined) return (v) => v.length >= least && v.startsWith(literal)
  if (after === undefined) return (v) => v.length >= least && v.endsWith(literal)
  return (v) => {
    if (literal === '') return v.length >= least && (least < 2 || Array.from(v).length >= least)
    const last = v.length - behind - literal.length
    const at = v.indexOf(literal, ahead)
    return at >= 0 && at <= last
  }
}
