/** A range as the URL holds it: "now-1h" to "now", or two fixed times. */
export interface TimeRange {
  from: string
  to: string
}

/** A range at a moment, in ms. */
export interface TimeSpan {
  fromMs: number
  toMs: number
}

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const LONGEST_MS = 10 * 366 * UNITS['d']

/** What a page shows when its URL names no range. */
export const DEFAULT_RANGE: TimeRange = { from: 'now-15m', to: 'now' }

/** The ranges that the menu offers, in the order shown. */
export const PRESETS = ['5m', '15m', '30m', '1h', '3h', '6h', '12h', '24h', '2d', '7d', '30d'].map((length) => ({
  from: `now-${length}`,
  to: 'now',
}))

/** Whether a range ends now, and so follows live data. */
export function isLive(range: TimeRange): boolean {
  return range.to === 'now' && range.from.startsWith('now-')
}

/** Reads one end of a range: "now", "now-90s", "2026-11-23T15:00:00Z", or ms; null when it is none of these. */
export function parseTime(text: string, nowMs: number): number | null {
  if (text === 'now') return nowMs
  const relative = /^now-(\d{1,9})([smhdw])$/.exec(text)
  if (relative) return nowMs - Number(relative[1]) * UNITS[relative[2]]
  if (/^\d{12,14}$/.test(text)) return Number(text)
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : at
}

/** The range as ms; one that makes no sense falls back to the default, so that an edited URL still shows a page. */
export function spanOf(range: TimeRange, nowMs: number): TimeSpan {
  const fromMs = parseTime(range.from, nowMs)
  const toMs = parseTime(range.to, nowMs)
  if (fromMs === null || toMs === null || fromMs >= toMs || toMs - fromMs > LONGEST_MS) {
    return spanOf(DEFAULT_RANGE, nowMs)
  }
  return { fromMs, toMs }
}

/** The length of a live range in ms. */
export function lengthMs(range: TimeRange): number {
  const { fromMs, toMs } = spanOf(range, 0)
  return toMs - fromMs
}

/** A fixed range for the URL, to the second and in UTC: readable, and the same for whoever opens it. */
export function fixedRange(span: TimeSpan): TimeRange {
  return { from: isoSecond(Math.floor(span.fromMs / 1000)), to: isoSecond(Math.ceil(span.toMs / 1000)) }
}

function isoSecond(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

/** The range half its length earlier (-1) or later (+1); one that would pass now becomes live again. */
export function shiftRange(range: TimeRange, direction: -1 | 1, nowMs: number): TimeRange {
  const { fromMs, toMs } = spanOf(range, nowMs)
  const by = ((toMs - fromMs) / 2) * direction
  if (toMs + by < nowMs) return fixedRange({ fromMs: fromMs + by, toMs: toMs + by })
  return isLive(range) ? range : { from: relative(toMs - fromMs), to: 'now' }
}

/** The live range of the same length: what “Go live” goes to. */
export function liveRange(range: TimeRange, nowMs: number): TimeRange {
  const { fromMs, toMs } = spanOf(range, nowMs)
  return { from: relative(toMs - fromMs), to: 'now' }
}

function relative(length: number): string {
  const unit = ['d', 'h', 'm', 's'].find((name) => length % UNITS[name] === 0) ?? 's'
  return `now-${Math.max(1, Math.round(length / UNITS[unit]))}${unit}`
}

const ROUND_SECONDS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400]
const MOST_POINTS = 260

/** The distance between two points of a chart: round, no finer than what is collected, and few enough to draw. */
export function stepFor(rangeMs: number, intervalSeconds: number): number {
  const least = Math.max(intervalSeconds, rangeMs / 1000 / MOST_POINTS)
  return (ROUND_SECONDS.find((seconds) => seconds >= least) ?? Math.ceil(least)) * 1000
}

/** The window of a rate(): four samples, or a whole step when that is longer, as PromQL writes it. */
export function rateWindow(stepMs: number, intervalSeconds: number): string {
  return `${Math.max(4 * intervalSeconds, stepMs / 1000)}s`
}
