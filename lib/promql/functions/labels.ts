import { RE2JS } from 're2js'
import { METRIC_NAME, type Labels } from '#lib/model'
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

/** A name must be there and be text: bytes that are not UTF-8 come as lone surrogates. */
function checkName(role: string, func: string, name: string): void {
  if (name === '' || !name.isWellFormed()) failQuery(`invalid ${role} label name in ${func}(): ${name}`)
}

function compilePattern(pattern: string): RE2JS {
  try {
    return RE2JS.compile(`^(?s:${pattern})$`)
  } catch (error) {
    return failQuery(`invalid regular expression in label_replace(): ${pattern} (${(error as Error).message})`)
  }
}

function replaceLabel(
  series: VectorSeries,
  destination: string,
  replacement: string,
  source: string,
  regex: RE2JS,
): VectorSeries {
  const matcher = regex.matcher(series.labels.get(source))
  if (!matcher.matches()) return series
  const named = regex.namedGroups()
  const value = expand(replacement, (name) => {
    const index = /^\d+$/.test(name) ? Number(name) : named[name]
    return index === undefined || index > matcher.groupCount() ? '' : (matcher.group(index) ?? '')
  })
  return relabel(series, destination, value)
}

/** Fills in `$1`, `$name`, `${name}`; `$$` is a dollar sign. */
function expand(template: string, group: (name: string) => string): string {
  return template.replace(/\$(?:\$|([0-9A-Za-z_]+)|\{([0-9A-Za-z_]+)\})/g, (whole, bare?: string, braced?: string) => {
    if (whole === '$$') return '$'
    return group(bare ?? braced ?? '')
  })
}

/** A name that is set here is meant and is kept. */
function relabel(series: VectorSeries, name: string, value: string): VectorSeries {
  const labels: Labels = series.labels.with({ [name]: value })
  return relabelled(series, labels, name === METRIC_NAME ? false : series.dropName)
}
