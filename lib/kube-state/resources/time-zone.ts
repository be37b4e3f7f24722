/** Times of the clocks of one place, from and to Unix seconds, with Go's rules for hours that a clock skips or repeats. */
export interface TimeZone {
  /** Seconds that its clocks are ahead of UTC at a moment. */
  offsetAt(seconds: number): number
}

/** What its clocks show at a moment. */
export interface ClockTime {
  readonly year: number
  /** From 1. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** From Sunday, 0. */
  readonly weekday: number
}

/** Coordinated universal time. */
export const UTC: TimeZone = { offsetAt: () => 0 }

const zones = new Map<string, TimeZone>([
  ['UTC', UTC],
  ['Local', UTC],
])

/** Reads an IANA name, as it is spelled there; undefined where there is no such zone. `Local` is UTC, as in containers. */
export function readTimeZone(name: string): TimeZone | undefined {
  const known = zones.get(name)
  if (known !== undefined) return known
  const zone = openZone(name)
  if (zone !== undefined) zones.set(name, zone)
  return zone
}

const EPOCH = Temporal.Instant.fromEpochMilliseconds(0)
/** Temporal takes offsets (`+05:00`) for names; the database of zones has none. */
const OFFSET = /^[+-]?\d/

function openZone(name: string): TimeZone | undefined {
  if (OFFSET.test(name) || canonicalName(name) !== name) return undefined
  return {
    offsetAt: (seconds) =>
      Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toZonedDateTimeISO(name).offsetNanoseconds / 1e9,
  }
}

/** As the database spells it; '' where it does not know it. */
function canonicalName(name: string): string {
  try {
    return EPOCH.toZonedDateTimeISO(name).timeZoneId
  } catch {
    return '' // a RangeError: there is no such zone
  }
}

/** What the clocks of a zone show. */
export function clockTime(zone: TimeZone, seconds: number): ClockTime {
  const shown = new Date((seconds + zone.offsetAt(seconds)) * 1000)
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    weekday: shown.getUTCDay(),
  }
}

/** Unix seconds of what the clocks show; a month or day may lie beyond the end. Times that clocks skip count by the offset before, as in Go. */
export function secondsAt(
  zone: TimeZone,
  { year, month, day, hour, minute, second }: Omit<ClockTime, 'weekday'>,
): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const shown = date.getTime() / 1000 + hour * 3600 + minute * 60 + second
  const guess = zone.offsetAt(shown)
  return guess === 0 ? shown : shown - zone.offsetAt(shown - guess)
}
