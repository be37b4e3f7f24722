import type { UnitKind } from './units.ts'

const MOST_LINES = 5
const ROUND = [1, 2, 2.5, 5, 10]

/** At most five round steps from zero (or a negative low) up to high, in base units; powers of two for bytes. */
export function roundSteps(kind: UnitKind, low: number, high: number, unitSize: number): number[] {
  if (!(high > low)) return [low]
  const step = Math.max(roundStep(kind, (high - low) / unitSize) * unitSize, isBytes(kind) ? 1 : 0)
  const steps: number[] = []
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-6; at++) steps.push(at * step + 0) // + 0: never a negative zero
  return steps
}

function isBytes(kind: UnitKind): boolean {
  return kind === 'bytes' || kind === 'bytesPerSecond'
}

function roundStep(kind: UnitKind, span: number): number {
  const least = span / (MOST_LINES - 0.01)
  if (isBytes(kind)) return 2 ** Math.ceil(Math.log2(least))
  const magnitude = 10 ** Math.floor(Math.log10(least))
  return (ROUND.find((round) => round * magnitude >= least * (1 - 1e-9)) ?? 10) * magnitude
}

/** The label of a step: no more digits than the steps need to differ. */
export function stepLabel(value: number, steps: number[], unitSize: number, language: string): string {
  const step = steps.length > 1 ? Math.abs(steps[1] - steps[0]) / unitSize : 1
  const digits = Math.min(6, Math.max(0, decimals(step)))
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits, minimumFractionDigits: 0 }).format(
    value / unitSize,
  )
}

function decimals(step: number): number {
  for (let digits = 0; digits < 6; digits++)
    if (Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-9) return digits
  return 6
}
