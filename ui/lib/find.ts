/** Something that can be found by its name. */
export interface Findable {
  kind: 'page' | 'container' | 'metric' | 'node' | 'namespace' | 'workload' | 'pod'
  name: string
  /** What tells it from others of its name: its kind and where it is. */
  detail?: string
  path: string
}

/** What a text finds: names that begin with it first, then words inside names, shorter names before longer ones. */
export function findMatches(all: Findable[], text: string, most: number): Findable[] {
  const wanted = text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return all.slice(0, most)
  return all
    .flatMap((one, order) => {
      const score = scoreOf(one.name.toLowerCase(), wanted)
      return score === null ? [] : [{ one, score: score * 1000 + Math.min(999, one.name.length), order }]
    })
    .toSorted((a, b) => a.score - b.score || a.order - b.order)
    .slice(0, most)
    .map(({ one }) => one)
}

function scoreOf(name: string, wanted: string[]): number | null {
  let score = 0
  for (const word of wanted) {
    const at = name.indexOf(word)
    if (at < 0) return null
    score += at === 0 ? 0 : /[-_./]/.test(name[at - 1]) ? 1 : 2
  }
  return score
}
