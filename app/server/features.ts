import type { ParseOptions } from '#lib/promql'

/** Prometheus' feature flags that decide what may be written in a query. */
const SYNTAX: ReadonlyMap<string, keyof ParseOptions> = new Map([
  ['promql-experimental-functions', 'experimentalFunctions'],
  ['promql-duration-expr', 'durationExpressions'],
  ['promql-extended-range-selectors', 'extendedRangeSelectors'],
  ['promql-binop-fill-modifiers', 'fillModifiers'],
])

/** Prometheus' flags for what is always so here. */
const ALWAYS = new Set([
  'promql-delayed-name-removal',
  'native-histograms',
  'extra-scrape-metrics',
  'concurrent-rule-eval',
  'auto-gomaxprocs',
  'auto-gomemlimit',
])

export const featureNames: readonly string[] = [...SYNTAX.keys()]

/** The names in what was given to `--enable-feature`, which may be given several times and hold commas. */
export function namesIn(given: readonly string[]): string[] {
  return given.flatMap((text) => text.split(',')).filter((name) => name !== '')
}

/** What may be written in queries with these features. */
export function syntaxOf(features: readonly string[]): ParseOptions {
  return Object.fromEntries([...SYNTAX].map(([name, option]) => [option, features.includes(name)]))
}

/** What is to be said at the start about features that change nothing. */
export function remarksOn(features: readonly string[]): string[] {
  return features
    .filter((name) => !SYNTAX.has(name) && !ALWAYS.has(name))
    .map((name) => `--enable-feature=${name} is not known and changes nothing; known: ${featureNames.join(', ')}`)
}
