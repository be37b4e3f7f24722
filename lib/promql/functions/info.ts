import { formatLabels, METRIC_NAME, newMatcher, type Labels, type Matcher } from '#lib/model'
import type { Call, Expr, VectorSelector } from '../ast.ts'
import { copyStep, hasSamples, HISTOGRAM, newSeries, NONE, type VectorSeries, type VectorValue } from '../columns.ts'
import { operatorOf, vectorOf } from '../operator.ts'
import { failQuery } from '../query-error.ts'
import type { CallCompiler } from './call-compiler.ts'

/** The labels by which a series finds its info series. */
const IDENTIFYING = new Set(['instance', 'job'])

/** info: adds the data labels of info series (target_info, unless another name is asked for). */
export const infoCompilers: Record<string, CallCompiler> = {
  info: (call, grid, planner) => {
    const base = planner.compile(call.args[0], grid)
    const request = requestOf(call)
    const info = planner.selector(infoSelector(call, request), grid, 'info')
    return operatorOf([base, info], () => {
      const join = new InfoJoin(request, vectorOf(info), grid.steps)
      const series = join.run(vectorOf(base))
      for (const out of series) planner.context.holdSeries(out)
      return { kind: 'vector', series }
    })
  },
}

/** What the second argument asks for. */
interface InfoRequest {
  readonly names: readonly Matcher[]
  /** By label name; all data labels where empty. */
  readonly data: ReadonlyMap<string, readonly Matcher[]>
}

function requestOf(call: Call): InfoRequest {
  const selector = call.args[1] as VectorSelector | undefined
  const byName = Map.groupBy(selector?.matchers ?? [], (matcher) => matcher.name)
  const names = byName.get(METRIC_NAME) ?? []
  byName.delete(METRIC_NAME)
  const isPositive = names.some((matcher) => matcher.op === '=' || matcher.op === '=~')
  if (names.length === 0) return { names: [newMatcher(METRIC_NAME, '=', 'target_info')], data: byName }
  // Matchers that only rule names out do so among all that are named as info series are.
  return { names: isPositive ? names : [...names, newMatcher(METRIC_NAME, '=~', '.+_info')], data: byName }
}

/** Info series are looked up as the base series are: with the offset and `@` of the first selector. */
function infoSelector(call: Call, request: InfoRequest): VectorSelector {
  const like = firstSelector(call.args[0])
  return {
    kind: 'vector-selector',
    span: call.span,
    name: '',
    matchers: [...request.names, ...[...request.data.values()].flat()],
    offset: like?.offset,
    at: like?.at,
    anchored: false,
    smoothed: false,
  }
}

function firstSelector(expr: Expr): VectorSelector | undefined {
  switch (expr.kind) {
    case 'vector-selector':
      return expr
    case 'matrix-selector':
      return expr.selector
    case 'call':
      return expr.args.map(firstSelector).find((found) => found !== undefined)
    case 'binary':
      return firstSelector(expr.left) ?? firstSelector(expr.right)
    case 'number':
    case 'string':
      return undefined
    default:
      return firstSelector(expr.expr)
  }
}

function identityOf(labels: Labels): Labels {
  return labels.filter((name) => IDENTIFYING.has(name))
}

/** Joins base series with info series, which tell the time of their sample: the newest wins. */
class InfoJoin {
  readonly #request: InfoRequest
  readonly #steps: number
  readonly #infos: Map<string, VectorSeries[]>
  readonly #output = new Map<string, VectorSeries>()

  constructor(request: InfoRequest, infos: VectorValue, steps: number) {
    this.#request = request
    this.#steps = steps
    this.#infos = Map.groupBy(infos.series, (info) => identityOf(info.labels).key)
  }

  run(base: VectorValue): VectorSeries[] {
    for (const series of base.series) {
      if (this.#isInfo(series.labels)) this.#keep(series, series.labels)
      else this.#enrich(series)
    }
    return [...this.#output.values()].filter(hasSamples)
  }

  #isInfo(labels: Labels): boolean {
    return this.#request.names.every((matcher) => matcher.matches(labels.get(METRIC_NAME)))
  }

  #keep(series: VectorSeries, labels: Labels): void {
    const out = this.#outputFor(labels, series.dropName)
    for (let step = 0; step < this.#steps; step++) if (series.present[step] !== NONE) this.#copy(series, out, step)
  }

  #enrich(series: VectorSeries): void {
    const identity = identityOf(series.labels)
    const infos = identity.size === 0 ? [] : (this.#infos.get(identity.key) ?? [])
    const byName = [...Map.groupBy(infos, (info) => info.labels.get(METRIC_NAME)).values()]
    const known = new Map<string, Labels>()
    for (let step = 0; step < this.#steps; step++) {
      if (series.present[step] === NONE) continue
      const chosen = byName.map((same) => newestAt(same, step)).filter((info) => info !== undefined)
      if (chosen.length === 0 && !this.#acceptsNothing()) continue
      const key = chosen.map((info) => info.labels.key).join('\n')
      const labels = known.get(key) ?? this.#labelsWith(series.labels, chosen)
      known.set(key, labels)
      this.#copy(series, this.#outputFor(labels, series.dropName), step)
    }
  }

  #acceptsNothing(): boolean {
    return [...this.#request.data.values()].flat().every((matcher) => matcher.matches(''))
  }

  #labelsWith(base: Labels, infos: readonly VectorSeries[]): Labels {
    const added: Record<string, string> = {}
    for (const { labels } of infos) {
      for (const [name, value] of labels) {
        if (name === METRIC_NAME || base.has(name)) continue
        if (this.#request.data.size > 0 && !this.#request.data.has(name)) continue
        if (added[name] !== undefined && added[name] !== value) failQuery(`conflicting label: ${name}`)
        added[name] = value
      }
    }
    return base.with(added)
  }

  #outputFor(labels: Labels, dropName: boolean): VectorSeries {
    let out = this.#output.get(labels.key)
    if (!out) {
      out = newSeries(labels, dropName, this.#steps)
      this.#output.set(labels.key, out)
    }
    return out
  }

  #copy(series: VectorSeries, out: VectorSeries, step: number): void {
    if (out.present[step] !== NONE) failQuery('vector cannot contain metrics with the same labelset')
    copyStep(series, out, step)
  }
}

function newestAt(infos: readonly VectorSeries[], step: number): VectorSeries | undefined {
  let newest: VectorSeries | undefined
  for (const info of infos) {
    if (info.present[step] === NONE) continue
    if (info.present[step] === HISTOGRAM) failQuery('info sample should be float')
    if (newest && newest.values[step] === info.values[step]) refuseTwo(newest, info, step)
    if (!newest || info.values[step] > newest.values[step]) newest = info
  }
  return newest
}

function refuseTwo(existing: VectorSeries, other: VectorSeries, step: number): never {
  const ms = Math.round(existing.values[step] * 1000)
  failQuery(
    `found duplicate series for info metric: existing ${formatLabels(existing.labels)} @ ${ms}, ` +
      `new ${formatLabels(other.labels)} @ ${ms}`,
  )
}
