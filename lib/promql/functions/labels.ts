import { isValidName, METRIC_NAME, type Labels } from '#lib/model'
import { compileRegex, expandTemplate, type Regex } from '#lib/regex'
import type { Call } from '../ast.ts'
import { relabelled, type Grid, type Value, type VectorSeries } from '../columns.ts'
import { operatorOf, stringOf, vectorOf, type Operator } from '../operator.ts'
import { mergeEqual } from '../operators/set-operator.ts'
import type { Planner } from '../planner.ts'
import { failQuery } from '../query-error.ts'
import type { CallCompiler } from './call-compiler.ts'

/** label_replace and label_join: series under changed labels. */
export const labelCompilers: Record<string, CallCompiler> = {
  label_replace: (call, grid, planner) =>
    withStrings(call, grid, planner, ([destination, replacement, source, pattern], series) => {
      const regex = compilePattern(pattern)
      checkName('destination', 'label_replace', destination)
      return series.map((s) => replaceLabel(s, destination, replacement, source, regex))
    }),
  label_join: (call, grid, planner) =>
    withStrings(call, grid, planner, ([destination, separator, ...sources], series) => {
      checkName('destination', 'label_join', destination)
      for (const source of sources) checkName('source', 'label_join', source)
      return series.map((s) => relabel(s, destination, sources.map((name) => s.labels.get(name)).join(separator)))
    }),
}

type Rewrite = (strings: string[], series: readonly VectorSeries[]) => VectorSeries[]

function withStrings(call: Call, grid: Grid, planner: Planner, rewrite: Rewrite): Operator {
  const [input, ...strings] = call.args.map((arg) => planner.compile(arg, grid))
  return operatorOf([input, ...strings], (): Value => ({
    kind: 'vector',
    series: mergeEqual(rewrite(strings.map(stringOf), vectorOf(input).series)),
  }))
}

function checkName(role: string, func: string, name: string): void {
  if (!isValidName(name)) failQuery(`invalid ${role} label name in ${func}(): ${name}`)
}

function compilePattern(pattern: string): Regex {
  try {
    return compileRegex(pattern)
  } catch {
    return failQuery(`invalid regular expression in label_replace(): ${pattern}`)
  }
}

function replaceLabel(
  series: VectorSeries,
  destination: string,
  replacement: string,
  source: string,
  regex: Regex,
): VectorSeries {
  const match = regex.match(series.labels.get(source))
  return match ? relabel(series, destination, expandTemplate(replacement, match)) : series
}

/** A name that is set here is meant and is kept. */
function relabel(series: VectorSeries, name: string, value: string): VectorSeries {
  const labels: Labels = series.labels.with({ [name]: value })
  return relabelled(series, labels, name === METRIC_NAME ? false : series.dropName)
}
