import { compareUtf8 } from '#lib/bytes'

const CHUNK = /\d+|\D+/g

/** Orders text with numbers as people do: `a2` before `a10`. */
export function compareNatural(a: string, b: string): number {
  const left = a.match(CHUNK) ?? []
  const right = b.match(CHUNK) ?? []
  const n = Math.min(left.length, right.length)
  for (let i = 0; i < n; i++) {
    const order = compareChunks(left[i], right[i])
    if (order !== 0) return order
  }
  return left.length - right.length
}

function compareChunks(a: string, b: string): number {
  if (!isDigits(a) || !isDigits(b)) return compareUtf8(a, b)
  const x = a.replace(/^0+/, '')
  const y = b.replace(/^0+/, '')
  return x.length - y.length || compareUtf8(x, y) || b.length - a.length
}

function isDigits(text: string): boolean {
  return text >= '0' && text < ':'
}
