const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS = [
  1000,
  5000,
  10_000,
  15_000,
  30_000,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  20 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  30 * DAY,
]

/** Where the time axis has its ticks, in ms: round times of the given zone, at most `most` of them. */
export function timeTicks(fromMs: number, toMs: number, most: number, utc: boolean): number[] {
  const step = STEPS.find((size) => (toMs - fromMs) / size <= most) ?? 30 * DAY
  const ticks: number[] = []
  // Round means round on the clock of the zone: shift by its offset at each tick, which may differ across a change of clocks.
  for (let wall = Math.ceil((fromMs + offsetMs(fromMs, utc)) / step) * step; ticks.length < 100; wall += step) {
    const guess = wall - offsetMs(fromMs, utc)
    const at = wall - offsetMs(guess, utc)
    if (at > toMs) break
    if (at >= fromMs) ticks.push(at)
  }
  return ticks
}

function offsetMs(atMs: number, utc: boolean): number {
  return utc ? 0 : -new Date(atMs).getTimezoneOffset() * MINUTE
}

/** How the ticks are labelled: a time of day, or a date where a tick is a midnight. */
export function tickLabels(ticks: number[], utc: boolean, language: string): string[] {
  const zone = utc ? 'UTC' : undefined
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : MINUTE
  const second = step < MINUTE ? ('2-digit' as const) : undefined
  const clock = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second,
    hourCycle: 'h23',
    timeZone: zone,
  })
  const day = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', timeZone: zone })
  return ticks.map((at) => ((at + offsetMs(at, utc)) % DAY === 0 && step >= HOUR ? day : clock).format(at))
}
