/** The name that is most like this one; undefined where none is near enough to be what was meant. */
export function nearest(name: string, among: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const other of among) {
    if (other === name || Math.abs(other.length - name.length) >= least) continue
    const far = distance(name, other)
    if (far < least) [best, least] = [other, far]
  }
  return best
}

/** How many letters must be changed, added or left out to make one of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
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
