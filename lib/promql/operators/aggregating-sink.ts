import type { Labels } from '#lib/model'
import { hasSamples, newSeries, NONE, type VectorSeries, type VectorValue } from '../columns.ts'
import type { QueryContext } from '../context.ts'
import type { SeriesSink } from '../series-sink.ts'
import { accumulate, type Accumulator, type AggregateRequest } from './aggregate.ts'
import { groupLabels } from './grouping.ts'

interface Group {
  readonly labels: Labels
  readonly out: VectorSeries
  readonly accumulator: Accumulator
  /** The name goes when it goes from any member. */
  dropName: boolean
}

/**
 * An aggregation right behind the leaf that it is over: series are put together as they come in, in one column that is used
 * again for each, and none is kept.
 */
export class AggregatingSink implements SeriesSink {
  readonly #request: AggregateRequest
  readonly #context: QueryContext
  readonly #steps: number
  readonly #names: ReadonlySet<string>
  readonly #groups = new Map<string, Group>()
  #scratch: VectorSeries | undefined
  /** Told of each series, where somebody follows the plan. */
  readonly #onSeries: ((series: VectorSeries) => void) | undefined

  constructor(
    request: AggregateRequest,
    context: QueryContext,
    steps: number,
    onSeries?: (series: VectorSeries) => void,
  ) {
    this.#request = request
    this.#context = context
    this.#steps = steps
    this.#names = new Set(request.grouping)
    this.#onSeries = onSeries
  }

  open(labels: Labels, dropName: boolean): VectorSeries {
    const before = this.#scratch
    if (before === undefined || before.histograms !== undefined)
      return (this.#scratch = newSeries(labels, dropName, this.#steps))
    const { values, present } = before
    present.fill(NONE)
    return (this.#scratch = { labels, dropName, values, present, samples: -1, histograms: undefined })
  }

  take(series: VectorSeries): void {
    this.#context.check()
    this.#onSeries?.(series)
    const group = this.#groupOf(series.labels)
    group.dropName ||= series.dropName
    group.accumulator.add(series)
  }

  result(): VectorValue {
    const series: VectorSeries[] = []
    for (const { out, accumulator, dropName } of this.#groups.values()) {
      accumulator.finish()
      if (!hasSamples(out)) continue
      const named = dropName ? { ...out, dropName } : out
      this.#context.holdSeries(named)
      series.push(named)
    }
    this.#groups.clear()
    return { kind: 'vector', series }
  }

  #groupOf(given: Labels): Group {
    const labels = groupLabels(given, this.#names, this.#request.without)
    const known = this.#groups.get(labels.key)
    if (known !== undefined) return known
    const out = newSeries(labels, false, this.#steps)
    const accumulator = accumulate(out, this.#request, this.#context)
    const group = { labels, out, accumulator, dropName: false }
    this.#groups.set(labels.key, group)
    return group
  }
}
