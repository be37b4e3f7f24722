const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/
const DURATION_MS = [365 * 86_400_000, 7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1]

/** Milliseconds of a duration as Prometheus' files spell it (`1m30s`); undefined where it is none. */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') return 0
  const parts = DURATION.exec(text)
  if (!parts || text === '') return undefined
  let sum = 0
  for (const [i, ms] of DURATION_MS.entries()) sum += Number(parts[i + 1] ?? 0) * ms
  return Number.isSafeInteger(sum) ? sum : undefined
}

/** The shortest spelling of a duration. */
export function formatDurationMs(ms: number): string {
  if (ms === 0) return '0s'
  let text = ''
  let rest = ms
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ] as const) {
    const n = Math.floor(rest / size)
    if (n > 0) text += `${n}${unit}`
    rest -= n * size
  }
  return text
}

const SIZE = /^(\d+(?:\.\d+)?)([KMGTPE]i?)?B$/
const SIZE_POWER = 'KMGTPE'

/** Bytes of a size as Prometheus' files spell it: `10MB` and `10MiB` are both 10 × 2^20; undefined where it is none. */
export function parseSizeBytes(text: string): number | undefined {
  if (text === '0') return 0
  const parts = SIZE.exec(text)
  if (!parts) return undefined
  const power = parts[2] ? SIZE_POWER.indexOf(parts[2][0]) + 1 : 0
  const bytes = Math.round(Number(parts[1]) * 1024 ** power)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** The longest that a timer of Node's can wait; one that is set for longer fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1
