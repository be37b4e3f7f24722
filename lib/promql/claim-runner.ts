import { Labels } from '#lib/model'
import type { Claim, ColumnBatch, SeriesBatch } from '#lib/storage'
import { bug } from '#lib/run'
import { Annotations } from './annotations.ts'
import { seriesOf, type VectorSeries, type VectorValue } from './columns.ts'
import type { Leaf } from './fetch.ts'
import { NEWEST } from './functions/claim-names.ts'
import { rangeFunctions } from './functions/range-functions.ts'
import { newRangeCall, RangeSelectorLeaf } from './operators/range-function.ts'
import { VectorSelectorLeaf } from './operators/vector-selector.ts'
import type { SeriesSink } from './series-sink.ts'

/** Answers a claim out of batches of samples, for queriers that have those in another place than the engine: another thread, say. Series with histograms are left. */
export class ClaimRunner {
  readonly #leaf: Leaf
  readonly #sink: ColumnSink

  constructor(claim: Claim) {
    this.#sink = new ColumnSink(claim.steps)
    this.#leaf = leafOf(claim, this.#sink)
  }

  /** At most `series` come in the batches. */
  run(batches: Iterable<SeriesBatch>, series: number): ColumnBatch {
    this.#sink.start(series)
    let samplesRead = 0
    let seriesRead = 0
    const left: number[] = []
    for (const batch of batches) {
      for (let i = 0; i < batch.count; i++) {
        if (hasHistograms(batch, i)) {
          left.push(batch.labels[i])
          continue
        }
        seriesRead++
        samplesRead += batch.offsets[i + 1] - batch.offsets[i]
        this.#sink.label = batch.labels[i]
        this.#leaf.accept(batch, i, Labels.empty)
      }
    }
    return { ...this.#sink.columns(), left: Uint32Array.from(left), seriesRead, samplesRead }
  }
}

function hasHistograms({ histograms, offsets }: SeriesBatch, i: number): boolean {
  if (histograms === undefined) return false
  for (let k = offsets[i]; k < offsets[i + 1]; k++) if (histograms[k] !== undefined) return true
  return false
}

function leafOf({ select, func, firstEndMs, stepMs, steps, rangeMs }: Claim, sink: SeriesSink): Leaf {
  const grid = { startMs: firstEndMs, stepMs, steps }
  if (func === NEWEST) return new VectorSelectorLeaf({ lookbackMs: rangeMs }, select.matchers, grid, 0, 'sample', sink)
  const call = newRangeCall({
    grid,
    offsetMs: 0,
    rangeMs,
    lookbackMs: 0,
    extension: 'none',
    params: [],
    evalStartMs: firstEndMs,
    evalStepMs: stepMs,
    // What there is to remark on floats is by their name, and the engine's to do.
    annotations: new Annotations(''),
    span: { start: 0, end: 0 },
    rangeSpan: { start: 0, end: 0 },
    paramSpan: { start: 0, end: 0 },
  })
  const found = rangeFunctions.get(func) ?? bug(`no function ${func} of a range`)
  return new RangeSelectorLeaf({ lookbackMs: 0 }, select.matchers, grid, 0, found, call, () => [], sink)
}

/** Puts series one after the other into columns, which belong to who asks for them. */
class ColumnSink implements SeriesSink {
  /** Of the series that is being fed. */
  label = 0
  readonly #steps: number
  #count = 0
  #labels = new Uint32Array(0)
  #values = new Float64Array(0)
  #present = new Uint8Array(0)

  constructor(steps: number) {
    this.#steps = steps
  }

  start(series: number): void {
    this.#count = 0
    this.#labels = new Uint32Array(series)
    this.#values = new Float64Array(series * this.#steps)
    this.#present = new Uint8Array(series * this.#steps)
  }

  open(labels: Labels, dropName: boolean): VectorSeries {
    const from = this.#count * this.#steps
    const to = from + this.#steps
    return seriesOf(labels, dropName, this.#values.subarray(from, to), this.#present.subarray(from, to))
  }

  take(): void {
    this.#labels[this.#count++] = this.label
  }

  columns(): Pick<ColumnBatch, 'count' | 'labels' | 'values' | 'present'> {
    return { count: this.#count, labels: this.#labels, values: this.#values, present: this.#present }
  }

  result(): VectorValue {
    return bug('the columns are the result')
  }
}
