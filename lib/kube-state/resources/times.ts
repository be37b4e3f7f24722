/** Go's zero time, January of the year 1, in Unix seconds: what a time that is not set is rendered as where upstream does not look. */
export const ZERO_TIME = -62_135_596_800

/** What else Date.parse reads, years of six digits too, no API server writes. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

/** Unix seconds of an RFC 3339 time; undefined where it is absent or Go's zero time. */
export function timeOf(value: unknown): number | undefined {
  const seconds = secondsOf(value)
  return seconds === ZERO_TIME ? undefined : seconds
}

/** Unix seconds of an RFC 3339 time; Go's zero time where it is absent. */
export function secondsOf(value: unknown): number {
  if (typeof value !== 'string' || !RFC_3339.test(value)) return ZERO_TIME
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? ZERO_TIME : Math.floor(ms / 1000)
}
