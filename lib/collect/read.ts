import { closeSync, openSync, readdirSync, readSync } from 'node:fs'

/** One buffer for all files: reads are synchronous, so only one is in it at a time. It grows to the largest file. */
let buffer = Buffer.allocUnsafe(64 * 1024)
const LARGEST_BYTES = 32 * 1024 * 1024

/**
 * The text of a file of /proc or /sys. Read synchronously: the kernel makes it from memory, and a read through the
 * pool would stand behind whatever blocks there.
 */
export function readText(path: string): string {
  const fd = openSync(path, 'r')
  try {
    let length = 0
    for (;;) {
      const read = readSync(fd, buffer, length, buffer.length - length, null)
      if (read === 0) return buffer.toString('utf8', 0, length)
      length += read
      if (length === buffer.length) grow(path)
    }
  } finally {
    closeSync(fd)
  }
}

function grow(path: string): void {
  if (buffer.length >= LARGEST_BYTES) throw new Error(`read ${path}: larger than ${LARGEST_BYTES} bytes`)
  const larger = Buffer.allocUnsafe(buffer.length * 2)
  buffer.copy(larger)
  buffer = larger
}

/** The text of a file, `undefined` where there is no such file. */
export function readTextIfThere(path: string): string | undefined {
  try {
    return readText(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** The one number in a file, `undefined` where the file is absent, unreadable or holds something else. */
export function readNumber(path: string): number | undefined {
  const text = readAttribute(path)
  if (text === undefined || text === '') return undefined
  const value = Number(text)
  return Number.isNaN(value) ? undefined : value
}

/** A trimmed file of /sys; drivers may refuse any of them, which is `undefined` as well. */
export function readAttribute(path: string): string | undefined {
  try {
    return readText(path).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}

/** The names in a folder, sorted; none where it is not there. */
export function listFolder(path: string): string[] {
  try {
    return readdirSync(path).sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** The lines of a text without the last, empty one. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** The words of a line between blanks. */
export function wordsOf(line: string): string[] {
  return line.trim().split(/\s+/)
}

/** Whether an error says that the file or folder is not there. */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ENODEV'
}
