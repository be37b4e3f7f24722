import { matchesAll, type FilterSubject, type FilterTerm } from './text-filter.ts'

/** The condition that would have found something: which typed one it replaces, and how many rows it finds. */
export interface Suggestion {
  /** As it was typed. */
  instead: string
  name: string
  value: string
  count: number
}

const FARTHEST = 3

/** For a filter that finds nothing: the value most like the one typed, among those that the label has. */
export function suggest(
  typed: readonly string[],
  terms: readonly FilterTerm[],
  subjects: readonly FilterSubject[],
): Suggestion | null {
  for (const [i, term] of terms.entries()) {
    if (term.kind !== 'label' || term.op !== '=') continue
    const others = terms.filter((one) => one !== term)
    const counts = new Map<string, number>()
    for (const subject of subjects) {
      const value = subject.labels[term.name] ?? ''
      if (value !== '' && matchesAll(others, subject)) counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    const value = nearest(term.value, [...counts.keys()])
    if (value !== null) return { instead: typed[i], name: term.name, value, count: counts.get(value) ?? 0 }
  }
  return null
}

/** The text most like another; null when none is near: a third of its letters may differ, and no more than three. */
export function nearest(text: string, among: readonly string[]): string | null {
  const most = Math.min(FARTHEST, Math.max(1, Math.floor(text.length / 3)))
  const near = among
    .filter((one) => one !== text && Math.abs(one.length - text.length) <= most)
    .map((one) => ({ one, distance: distance(text.toLowerCase(), one.toLowerCase()) }))
    .filter((one) => one.distance <= most)
  return near.toSorted((a, b) => a.distance - b.distance || (a.one < b.one ? -1 : 1))[0]?.one ?? null
}

/** How many letters are put in, left out or changed between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, row[j] + 1, next[j - 1] + 1))
    }
    row = next
  }
  return row[b.length]
}
