/** A name in two parts, of which only the first may be shortened: the end tells it from its siblings. */
export function splitName(name: string): [head: string, tail: string] {
  const cut = Math.max(name.lastIndexOf('-'), name.lastIndexOf('.'), name.lastIndexOf('/'))
  if (name.length <= 16) return [name, '']
  if (cut >= 8 && name.length - cut <= 16) return [name.slice(0, cut), name.slice(cut)]
  return [name.slice(0, -8), name.slice(-8)]
}
