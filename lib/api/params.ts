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
  const ms = parseTime(text)
  if (ms === undefined) throw invalid(name, `cannot parse ${JSON.stringify(text)} to a valid timestamp`)
  return ms
}

/** A duration in milliseconds: seconds with a fraction, or `1m30s`. */
export function durationParam(params: Params, name: string): number | undefined {
  const text = first(params, name)
  if (text === '') return undefined
  const ms = parseSecondsOrDuration(text)
  if (ms === undefined) throw invalid(name, `cannot parse ${JSON.stringify(text)} to a valid duration`)
  return ms
}

/** A limit: 0 or absent is none. */
export function limitParam(params: Params, name = 'limit'): number {
  const text = first(params, name)
  if (text === '') return 0
  const limit = Number(text)
  if (!/^[+-]?\d+$/.test(text)) throw invalid(name, `cannot parse ${JSON.stringify(text)} to a valid limit`)
  if (limit < 0) throw invalid(name, 'limit must be non-negative')
  return limit
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
    const ms = Number(text) * 1000
    return Math.abs(ms) <= MAX_TIME_MS ? Math.round(ms) : undefined
  }
  try {
    return parseDuration(text)
  } catch {
    return undefined // the caller's message names the text
  }
}
