import type { RE2JS } from 're2js'
import type { MatchGroups } from './expand.ts'
import { compileAnchored } from './matcher-regex.ts'

/** A pattern whose groups are asked for, anchored at both ends as relabelling and label_replace have it. */
export interface Regex {
  readonly groupCount: number
  /** The groups where the whole text matches. */
  match(text: string): MatchGroups | undefined
}

/** Compiles `^(?s:pattern)$`. */
export function compileRegex(pattern: string): Regex {
  const compiled: RE2JS = compileAnchored(pattern)
  const names = compiled.namedGroups()
  return {
    groupCount: compiled.groupCount(),
    match(text) {
      const matcher = compiled.matcher(text)
      if (!matcher.find()) return undefined
      return { group: (key) => groupOf(matcher, compiled.groupCount(), names, key) }
    },
  }
}

function groupOf(
  matcher: ReturnType<RE2JS['matcher']>,
  count: number,
  names: Record<string, number>,
  key: number | string,
): string | undefined {
  const index = typeof key === 'number' ? key : names[key]
  return index === undefined || index > count ? undefined : (matcher.group(index) ?? undefined)
}
