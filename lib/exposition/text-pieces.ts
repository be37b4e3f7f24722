/** Whether a name that needs no quotes may have this byte. */
export function isNameByte(byte: number, isMetric: boolean, isInside: boolean): boolean {
  const letter = byte | 0x20
  if (letter >= 0x61 && letter <= 0x7a) return true
  return byte === 0x5f || (isMetric && byte === 0x3a) || (isInside && byte >= 0x30 && byte <= 0x39)
}

/** Undoes the escapes of a label's value; a backslash before anything else stands for itself. */
export function unescapeText(text: string): string {
  return text.replaceAll(/\\([\\"n])/g, (_, char: string) => (char === 'n' ? '\n' : char))
}

/** A name that stands twice, or ''. Linear where a hostile line has many. */
export function duplicateName(pairs: readonly string[]): string {
  const seen = pairs.length > 40 ? new Set<string>() : undefined
  for (let i = 0; i < pairs.length; i += 2) {
    if (seen ? seen.has(pairs[i]) : firstAt(pairs, pairs[i]) < i) return pairs[i]
    seen?.add(pairs[i])
  }
  return ''
}

function firstAt(pairs: readonly string[], name: string): number {
  let i = 0
  while (pairs[i] !== name) i += 2
  return i
}

/** A piece of the body in a message: short and printable. */
export function show(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
