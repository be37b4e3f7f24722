import type { RangeFunction } from './range-call.ts'
import { rangeFunctions } from './range-functions.ts'

/** The newest sample of a selector, as a claim names it. */
export const NEWEST = 'newest'

/** They need scalars beside the range. */
const withArguments = new Set(['predict_linear', 'double_exponential_smoothing', 'holt_winters', 'quantile_over_time'])

const names = new Map(
  [...rangeFunctions].filter(([name]) => !withArguments.has(name)).map(([name, func]) => [func, name]),
)

/** The name by which a claim may ask for a function; none for one that needs more than samples. */
export function claimName(func: RangeFunction): string | undefined {
  return names.get(func)
}
