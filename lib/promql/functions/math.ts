import { log, log10, log2 } from '../go-math.ts'

/** The functions that turn each float into another, by name. */
export const mathFunctions: ReadonlyMap<string, (x: number) => number> = new Map(
  Object.entries({
    abs: Math.abs,
    ceil: Math.ceil,
    floor: Math.floor,
    exp: Math.exp,
    sqrt: Math.sqrt,
    ln: log,
    log2,
    log10,
    sgn: (x: number) => (x < 0 ? -1 : x > 0 ? 1 : x),
    sin: Math.sin,
    cos: Math.cos,
    tan: Math.tan,
    asin: Math.asin,
    acos: Math.acos,
    atan: Math.atan,
    sinh: Math.sinh,
    cosh: Math.cosh,
    tanh: Math.tanh,
    asinh: Math.asinh,
    acosh: Math.acosh,
    atanh: Math.atanh,
    rad: (x: number) => (x * Math.PI) / 180,
    deg: (x: number) => (x * 180) / Math.PI,
  }),
)

/** Rounds to the nearest multiple of `to`, halves up. */
export function roundTo(x: number, to: number): number {
  const inverse = 1 / to
  return Math.floor(x * inverse + 0.5) / inverse
}
