/** The families that metric names fall into by their first two words, the largest first. */
export function prefixesOf(names: string[]): { prefix: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const name of names) {
    const prefix = name.split('_').slice(0, 2).join('_')
    if (prefix !== name) counts.set(prefix, (counts.get(prefix) ?? 0) + 1)
  }
  return [...counts]
    .map(([prefix, count]) => ({ prefix, count }))
    .toSorted((a, b) => b.count - a.count || (a.prefix < b.prefix ? -1 : 1))
}
