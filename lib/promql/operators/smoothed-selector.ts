import type { Labels, Matcher } from '#lib/model'
import type { SeriesBatch } from '#lib/storage'
import type { VectorSelector } from '../ast.ts'
import type { Grid, Value, VectorSeries } from '../columns.ts'
import type { QueryContext } from '../context.ts'
import type { Leaf } from '../fetch.ts'
import { endOf } from '../columns.ts'

export class SmoothedSelectorLeaf implements Leaf {
  readonly matchers: readonly Matcher[]
  readonly fromMs: number
  readonly toMs: number
  round = 0
  readonly #series: VectorSeries[] = []
  constructor(context: QueryContext, selector: VectorSelector, grid: Grid, offsetMs: number) {
    this.matchers = selector.matchers
    this.fromMs = grid.startMs - offsetMs - context.lookbackMs + 1
    this.toMs = endOf(grid) - offsetMs + context.lookbackMs
  }
  prepare(): void {}
  accept(_batch: SeriesBatch, _i: number, _labels: Labels): void {}
  result(): Value { return { kind: 'vector', series: this.#series } }
}
