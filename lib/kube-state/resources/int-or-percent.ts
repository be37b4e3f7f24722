import { text } from './fields.ts'

/** A number of pods, or a share of them: `25%`. */
export type IntOrPercent = number | string

const PERCENT = /^([+-]?\d+)%$/

/** How many of `total` it is; undefined where either is absent or it is no percentage. */
export function scaledValue(
  value: IntOrPercent | undefined,
  total: number | undefined,
  round: (value: number) => number,
): number | undefined {
  if (typeof total !== 'number') return undefined
  if (typeof value === 'number') return value
  const percent = PERCENT.exec(text(value))
  return percent === null ? undefined : round((Number(percent[1]) * total) / 100)
}
