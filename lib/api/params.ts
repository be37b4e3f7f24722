import { parseDuration } from '#lib/model'
import { ApiError } from './error.ts'

/** The parameters of a request, from its query and its form body: every value of a name. */
export type Params = Readonly<Record<string, readonly string[]>>

/** The earliest and latest time that a range may name (Prometheus' minTime and maxTime, in ms, kept within ±2^53). */
export const MIN_TIME_MS = -Number.MAX_SAFE_INTEGER
export const MAX_TIME_MS = Number.MAX_SAFE_INTEGER

export function first(params: Params, name: string): string {
  return params[name]?.[0] ?? ''
}

/** A time in milliseconds: Unix seconds with a fraction, or RFC 3339. */
export function timeParam(params: Params, name: string, missing: number): number {
  const text = first(params, name)
  if (text === '') return missing
  return parseTime(text) ?? fail(name, `invalid time value for '${name}': ${unreadable(text, 'timestamp')}`)
}

/** A time that must be there. */
export function requiredTimeParam(params: Params, name: string): number {
  const text = first(params, name)
  return parseTime(text) ?? fail(name, unreadable(text, 'timestamp'))
}

/** A duration in milliseconds: seconds with a fraction, or `1m30s`. */
export function durationParam(params: Params, name: string): number | undefined {
  return first(params, name) === '' ? undefined : requiredDurationParam(params, name)
}

/** A duration that must be there. */
export function requiredDurationParam(params: Params, name: string): number {
  const text = first(params, name)
  const ms = parseSecondsOrDuration(text)
  if (ms === undefined) throw invalid(name, unreadable(text, 'duration'))
  if (Math.abs(ms) > MAX_DURATION_MS) throw invalid(name, `${unreadable(text, 'duration')}. It overflows int64`)
  return ms
}

/** A limit: 0 or absent is none. */
export function limitParam(params: Params, name = 'limit'): number {
  const text = first(params, name)
  if (text === '') return 0
  // Go's own words, which reach Prometheus' clients.
  if (!WHOLE.test(text)) throw invalid(name, `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`)
  if (Number(text) < 0) throw invalid(name, 'limit must be non-negative')
  return Number(text)
}

/** A limit of the metadata: a negative or absent one is none. */
export function metadataLimitParam(params: Params, name: string): number | undefined {
  const text = first(params, name)
  if (text === '') return undefined
  if (!WHOLE.test(text)) throw new ApiError('bad_data', `${name} must be a number`)
  return Number(text) < 0 ? undefined : Number(text)
}

const WHOLE = /^[+-]?\d+$/

/** Go's longest duration. */
const MAX_DURATION_MS = 9_223_372_036_854

function unreadable(text: string, what: string): string {
  return `cannot parse ${JSON.stringify(text)} to a valid ${what}`
}

function fail(name: string, why: string): never {
  throw invalid(name, why)
}

export function invalid(name: string, why: string): ApiError {
  return new ApiError('bad_data', `invalid parameter ${JSON.stringify(name)}: ${why}`)
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

function parseTime(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) {
    const seconds = Number(text)
    const whole = Math.trunc(seconds)
    const ms = whole * 1000 + Math.round((seconds - whole) * 1000)
    return Math.abs(ms) <= MAX_TIME_MS ? ms : undefined
  }
  if (RFC3339.test(text)) {
    const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'))
    return Number.isNaN(ms) ? undefined : ms
  }
  // What Prometheus' own clients send for an open range.
  if (text === '-292273086-05-16T16:47:06Z') return MIN_TIME_MS
  if (text === '292277025-08-18T07:12:54.999999999Z') return MAX_TIME_MS
  return undefined
}

function parseSecondsOrDuration(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) {
    return Math.round(Number(text) * 1000)
  }
  try {
    return parseDuration(text)
  } catch {
    return undefined // the caller's message names the text
  }
}
