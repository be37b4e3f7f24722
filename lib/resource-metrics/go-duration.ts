const UNITS = [
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
] as const
const SECOND = 1_000_000_000n

/** Nanoseconds as Go prints a time.Duration: `10.025s`, `4m5s`, `1.1µs`. https://pkg.go.dev/time#Duration.String */
export function goDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s'
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const sign = nanoseconds < 0n ? '-' : ''
  if (size < 1_000n) return `${sign}${size}ns`
  if (size < 1_000_000n) return `${sign}${decimal(size, 1_000n)}µs`
  if (size < SECOND) return `${sign}${decimal(size, 1_000_000n)}ms`
  let rest = size
  let text = ''
  for (const [unit, length] of UNITS) {
    if (text !== '' || rest >= length) text += `${rest / length}${unit}`
    rest %= length
  }
  return `${sign}${text}${decimal(rest, SECOND)}s`
}

function decimal(value: bigint, unit: bigint): string {
  const digits = unit.toString().length - 1
  const fraction = (value % unit).toString().padStart(digits, '0').replace(/0+$/, '')
  return fraction === '' ? `${value / unit}` : `${value / unit}.${fraction}`
}
