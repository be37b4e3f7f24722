const SECOND = 1000
const PARTS = [
  ['days', 86_400 * SECOND],
  ['hours', 3600 * SECOND],
  ['minutes', 60 * SECOND],
  ['seconds', SECOND],
] as const

/** A duration in its largest unit, as a table shows an age: "41 d", "2 h", "12 min", "5 s". */
export function shortAge(ms: number, language: string): string {
  const [unit, size] = PARTS.find(([, least]) => ms >= least) ?? PARTS[3]
  const amount = Math.max(0, Math.floor(ms / size))
  if (language === 'ko') return new Intl.DurationFormat('ko', { style: 'short' }).format({ [unit]: amount }) || '0초'
  return `${amount} ${{ days: 'd', hours: 'h', minutes: 'min', seconds: 's' }[unit]}`
}

/** A duration as a sentence says it: "12 minutes", "3 days"; zero is "0 seconds". */
export function longDuration(ms: number, language: string): string {
  const [unit, size] = PARTS.find(([, least]) => ms >= least) ?? PARTS[3]
  const options: Intl.DurationFormatOptions = { style: 'long', [`${unit}Display`]: 'always' }
  return new Intl.DurationFormat(language, options).format({ [unit]: Math.max(0, Math.floor(ms / size)) })
}

/** A duration as Prometheus writes it, in words: "15d" is "15 days"; what is none stays as it is. */
export function promDuration(text: string, language: string): string {
  const units: Record<string, number> = {
    ms: 1,
    s: SECOND,
    m: 60 * SECOND,
    h: 3600 * SECOND,
    d: 86_400 * SECOND,
    w: 604_800 * SECOND,
    y: 31_536_000 * SECOND,
  }
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)]
  if (parts.map(([part]) => part).join('') !== text || parts.length === 0) return text
  return longDuration(
    parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit], 0),
    language,
  )
}

/** A time of day to the second with its zone: "15:49:30 KST". */
export function clockTime(atMs: number, utc: boolean, language: string): string {
  return new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone: utc ? 'UTC' : undefined,
    timeZoneName: 'short',
  }).format(atMs)
}

/** A time of day to the minute; with its date when that is not today. */
export function hourMinute(atMs: number, utc: boolean, language: string, nowMs = Date.now()): string {
  const day = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', timeZone: utc ? 'UTC' : undefined })
  const time = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: utc ? 'UTC' : undefined,
  })
  return day.format(atMs) === day.format(nowMs) ? time.format(atMs) : `${day.format(atMs)}, ${time.format(atMs)}`
}

/** A date with its time of day, to the minute. */
export function dateTime(atMs: number, utc: boolean, language: string): string {
  return dateFormat(utc, language).format(atMs)
}

/** Two times of day, with a date no more often than it takes: "Nov 24, 2026, 16:11 – 16:16". */
export function dateTimeRange(fromMs: number, toMs: number, utc: boolean, language: string): string {
  return dateFormat(utc, language).formatRange(fromMs, toMs)
}

function dateFormat(utc: boolean, language: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: utc ? 'UTC' : undefined,
  })
}

/** A whole number with its thousands apart. */
export function wholeNumber(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(value)
}
