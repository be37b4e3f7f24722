/** Which values a field takes, and the names of some. */
export interface Bounds {
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

const MONTHS = ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** Bounds of the five fields. */
export const BOUNDS = {
  minute: { min: 0, max: 59 },
  hour: { min: 0, max: 23 },
  dayOfMonth: { min: 1, max: 31 },
  month: { min: 1, max: 12, names: MONTHS },
  dayOfWeek: { min: 0, max: 7, names: WEEKDAYS },
} as const satisfies Record<string, Bounds>

/** Reads a field: ranges between commas. Holds 1 at each value that matches; undefined where it is not valid. */
export function readField(field: string, bounds: Bounds): Uint8Array | undefined {
  const matches = new Uint8Array(bounds.max + 1)
  for (const part of field.split(',')) {
    if (part === '') continue
    const range = readRange(part, bounds)
    if (range === undefined) return undefined
    markRange(matches, range, bounds)
  }
  return matches
}

interface Range {
  readonly start: number
  /** Below `start` where the range goes on from the least value. */
  readonly end: number
  readonly step: number
}

/** `*`, `?`, `5`, `5-10`, `22-2`, each with `/step`; `5/10` goes on to the greatest value. */
function readRange(part: string, bounds: Bounds): Range | undefined {
  const [span, written, ...more] = part.split('/')
  if (more.length > 0) return undefined
  const step = written === undefined ? 1 : readInteger(written)
  const [low, high, ...furtherHyphens] = span.split('-')
  const isAny = low === '*' || low === '?'
  if (furtherHyphens.length > 0 && !isAny) return undefined
  const start = isAny ? bounds.min : readValue(low, bounds)
  const end = isAny || (high === undefined && written !== undefined) ? bounds.max : readValue(high ?? low, bounds)
  if (start === undefined || end === undefined || step === undefined) return undefined
  return isWithin({ start, end, step }, bounds) ? { start, end, step } : undefined
}

function isWithin({ start, end, step }: Range, bounds: Bounds): boolean {
  if (start < bounds.min || end > bounds.max || step === 0) return false
  return step === 1 || step < sizeOf(start, end, bounds)
}

function sizeOf(start: number, end: number, bounds: Bounds): number {
  return start > end ? bounds.max - start + 1 + (end - bounds.min + 1) : end - start + 1
}

function markRange(matches: Uint8Array, { start, end, step }: Range, { min, max }: Bounds): void {
  const size = max - min + 1
  const last = start > end ? end + size : end
  for (let value = start; value <= last; value += step) matches[value > max ? ((value - min) % size) + min : value] = 1
}

function readValue(text: string, { names }: Bounds): number | undefined {
  const named = names?.indexOf(text.toLowerCase()) ?? -1
  return named >= 0 && text !== '' ? named : readInteger(text)
}

function readInteger(text: string): number | undefined {
  return /^\+?\d+$/.test(text) ? Number(text) : undefined
}
