/** What a number measures: it decides the unit it may be shown in. */
export type UnitKind = 'bytes' | 'bytesPerSecond' | 'seconds' | 'cores' | 'percent' | 'count'

/** One unit for a whole axis or column. */
export interface Unit {
  kind: UnitKind
  /** "GiB", "cores"; empty for a count. */
  name: string
  /** How many base units it holds: 1 GiB is 1073741824 bytes. */
  size: number
  /** The number alone, in this unit: "11.8"; "–" for what is not there. */
  text: (value: number | null | undefined) => string
}

const KIB = 1024
const LADDERS: Record<UnitKind, [name: string, size: number][]> = {
  bytes: [
    ['B', 1],
    ['KiB', KIB],
    ['MiB', KIB ** 2],
    ['GiB', KIB ** 3],
    ['TiB', KIB ** 4],
    ['PiB', KIB ** 5],
  ],
  bytesPerSecond: [
    ['B/s', 1],
    ['KiB/s', KIB],
    ['MiB/s', KIB ** 2],
    ['GiB/s', KIB ** 3],
  ],
  seconds: [
    ['µs', 1e-6],
    ['ms', 1e-3],
    ['s', 1],
    ['min', 60],
    ['h', 3600],
  ],
  cores: [['cores', 1]],
  percent: [['%', 1]],
  count: [['', 1]],
}

/** Chooses the unit that fits the largest value to be shown, so that one axis or column needs only one. */
export function chooseUnit(kind: UnitKind, highest: number, language: string): Unit {
  const ladder = LADDERS[kind]
  const size = Math.abs(highest)
  const [name, base] = ladder.findLast(([, least]) => size >= least) ?? ladder[0]
  return { kind, name, size: base, text: writer(kind, size, base, language) }
}

/** The unit of a table's column: one step finer than an axis, so that small rows keep their figures. */
export function columnUnit(kind: UnitKind, highest: number, language: string): Unit {
  const unit = chooseUnit(kind, highest / 10, language)
  return { ...unit, text: writer(kind, highest, unit.size, language) }
}

function writer(kind: UnitKind, highest: number, base: number, language: string): Unit['text'] {
  const digits = fractionDigits(kind, highest / base)
  const whole = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return (value) => {
    if (value === null || value === undefined || Number.isNaN(value)) return '–'
    if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '−Inf'
    return whole.format(value / base)
  }
}

function fractionDigits(kind: UnitKind, top: number): number {
  if (kind === 'count') return top >= 100 ? 0 : Number.isInteger(top) ? 0 : top >= 1 ? 2 : 4
  if (top >= 100) return 0
  if (kind === 'cores') return 2
  return kind === 'bytes' || kind === 'bytesPerSecond' ? 1 : top >= 10 || kind === 'percent' ? 1 : 2
}

/** A value with its own unit: "11.8 GiB". For a sentence; a column shares one unit instead. */
export function withUnit(kind: UnitKind, value: number, language: string): string {
  const unit = chooseUnit(kind, value, language)
  const space = unit.name === '%' || unit.name === '' ? '' : ' '
  return `${unit.text(value)}${space}${unit.name}`
}

/** The kind that a metric's name promises, by the suffixes everyone uses. */
export function kindOfExpression(expression: string): UnitKind {
  const rate = /\b(rate|irate|deriv)\s*\(/.test(expression)
  if (/_bytes(_total)?\b/.test(expression)) return rate ? 'bytesPerSecond' : 'bytes'
  if (/cpu\w*_seconds_total\b/.test(expression) && rate) return 'cores'
  if (/_seconds\b/.test(expression) && !rate && !/_time_seconds|_timestamp_/.test(expression)) return 'seconds'
  return 'count'
}
