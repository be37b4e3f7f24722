import { quote } from './quote.ts'

const units = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

const PATTERN = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/

/** Go's largest duration, in milliseconds. */
const LARGEST_MS = 9_223_372_036_854

/** Reads a Prometheus duration (`1h30m`): units in order, each once, whole numbers. Milliseconds. */
export function parseDuration(text: string): number {
  if (text === '') throw new Error('empty duration string')
  if (text === '0') return 0
  const match = PATTERN.exec(text)
  if (!match) throw new Error(whatIsWrong(text))
  let ms = 0
  for (const [i, [, size]] of units.entries()) ms += Number(match[i + 1] ?? 0) * size
  if (ms > LARGEST_MS) throw new Error('duration out of range')
  return ms
}

function whatIsWrong(text: string): string {
  let last = -1
  for (const [, , unit] of text.matchAll(/(\d+)(\D*)/gy)) {
    const at = units.findIndex(([name]) => name === unit)
    if (at === -1 && unit !== '') return `unknown unit ${quote(unit)} in duration ${quote(text)}`
    if (at <= last) break
    last = at
  }
  return `not a valid duration string: ${quote(text)}`
}

/** Like parseDuration, with an optional minus before it. */
export function parseSignedDuration(text: string): number {
  return text.startsWith('-') ? -parseDuration(text.slice(1)) : parseDuration(text)
}

/** A duration as Prometheus prints it: the largest units, weeks and years only where they fit whole. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s'
  if (milliseconds < 0) return `-${formatDuration(-milliseconds)}`
  let rest = milliseconds
  let text = ''
  for (const [unit, size] of units) {
    const exactOnly = unit === 'y' || unit === 'w'
    if (exactOnly && rest % size !== 0) continue
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return text
}
