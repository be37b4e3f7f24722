/** What kubelet-table.ts asks of single lines. */

const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20
const TAB = 0x09
const ZERO = 0x30
const NINE = 0x39
const BRACE_CLOSE = 0x7d
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Times have digits alone, where values may have points and exponents. */
export function isWhole(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] < ZERO || bytes[i] > NINE) return false
  return true
}

/** The byte behind the closing brace, -1 without one; braces inside quotes do not count. */
export function endOfLabels(bytes: Uint8Array, from: number): number {
  let isQuoted = false
  for (let i = from; i < bytes.length && bytes[i] !== NEWLINE; i++) {
    if (isQuoted && bytes[i] === BACKSLASH && bytes[i + 1] !== NEWLINE) i++
    else if (bytes[i] === QUOTE) isQuoted = !isQuoted
    else if (!isQuoted && bytes[i] === BRACE_CLOSE) return i + 1
  }
  return -1
}

/** The number of the line that begins at `line`. */
export function lineNumber(bytes: Uint8Array, line: number): number {
  let number = 1
  for (let i = 0; i < line; i++) if (bytes[i] === NEWLINE) number++
  return number
}

/** Whether nothing stands in these bytes. */
export function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++)
    if (bytes[i] !== SPACE && bytes[i] !== TAB && bytes[i] !== NEWLINE && bytes[i] !== CARRIAGE_RETURN) return false
  return true
}

/** The body, or a copy of it with a newline at its end: loops over lines need no other test for the end. */
export function endingInNewline(body: Uint8Array): Uint8Array {
  if (body.length > 0 && body[body.length - 1] === NEWLINE) return body
  const longer = new Uint8Array(body.length + 1)
  longer.set(body)
  longer[body.length] = NEWLINE
  return longer
}
