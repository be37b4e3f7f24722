import type { ValueType } from './ast.ts'

/** How a function may be called. */
export interface FunctionSignature {
  readonly name: string
  readonly argTypes: readonly ValueType[]
  /** 0: exactly these arguments; n: the last one up to n times, or not at all; -1: the last one any number of times. */
  readonly variadic: number
  readonly returnType: ValueType
  readonly experimental: boolean
}

const shapes: readonly (readonly [shape: string, names: string])[] = [
  [
    'vector → vector',
    'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp',
  ],
  [
    'matrix → vector',
    'absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate last_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time',
  ],
  ['vector ? → vector', 'day_of_month day_of_week day_of_year days_in_month hour minute month year'],
  ['vector scalar → vector', 'clamp_max clamp_min'],
  ['vector scalar scalar → vector', 'clamp'],
  ['vector scalar ? → vector', 'round'],
  ['scalar vector → vector', 'histogram_quantile'],
  ['scalar scalar vector → vector', 'histogram_fraction'],
  ['scalar matrix → vector', 'quantile_over_time'],
  ['matrix scalar → vector', 'predict_linear'],
  ['vector string string string string → vector', 'label_replace'],
  ['vector string string string * → vector', 'label_join'],
  ['vector → scalar', 'scalar'],
  ['scalar → vector', 'vector'],
  ['→ scalar', 'pi time'],
  ['! matrix scalar scalar → vector', 'double_exponential_smoothing'],
  [
    '! matrix → vector',
    'mad_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time',
  ],
  ['! vector → vector', 'start_timestamp'],
  ['! vector string * → vector', 'sort_by_label sort_by_label_desc'],
  ['! vector vector ? → vector', 'info'],
  ['! vector string scalar scalar 10 → vector', 'histogram_quantiles'],
  ['! scalar scalar → scalar', 'max_of min_of'],
  ['! → scalar', 'end range start step'],
]

/** The functions of PromQL by name. */
export const functionTable: ReadonlyMap<string, FunctionSignature> = new Map(
  shapes.flatMap(([shape, names]) => names.split(' ').map((name) => [name, signature(name, shape)] as const)),
)

function signature(name: string, shape: string): FunctionSignature {
  const words = shape.split(' ')
  const experimental = words[0] === '!'
  const args = words.slice(experimental ? 1 : 0, words.indexOf('→'))
  const last = args.at(-1) ?? ''
  const variadic = last === '?' ? 1 : last === '*' ? -1 : Number(last) || 0
  const argTypes = (variadic === 0 ? args : args.slice(0, -1)) as ValueType[]
  return { name, argTypes, variadic, returnType: words.at(-1) as ValueType, experimental }
}
