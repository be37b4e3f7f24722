/** Again and again after so many seconds. */
export interface Every {
  readonly kind: 'every'
  readonly seconds: number
}

const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3, // the micro sign
  μs: 1e3, // the Greek letter
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}
const PART = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y
const MOST = 2 ** 63

/** Reads a duration as Go writes it (`1h30m`); undefined where it is none or shorter than a second. */
export function readEvery(duration: string): Every | undefined {
  const nanoseconds = readDuration(duration.startsWith('+') ? duration.slice(1) : duration)
  const isLongEnough = nanoseconds !== undefined && nanoseconds >= 1e9 && nanoseconds < MOST
  return isLongEnough ? { kind: 'every', seconds: Math.floor(nanoseconds / 1e9) } : undefined
}

function readDuration(duration: string): number | undefined {
  let sum = 0
  PART.lastIndex = 0
  while (PART.lastIndex < duration.length) {
    const match = PART.exec(duration)
    if (match === null) return undefined
    const [, whole, fraction = '', unit] = match
    if (whole === '' && fraction === '') return undefined
    sum += Number(whole) * NANOSECONDS[unit] + fractionOf(fraction, NANOSECONDS[unit])
  }
  return sum
}

/** Multiplied before it is divided no further than Go does, so that `0.29h` is 1044 s. */
function fractionOf(digits: string, unit: number): number {
  return digits === '' ? 0 : Math.trunc(Number(digits) * (unit / 10 ** digits.length))
}
