import { type StoredHistogram, wordsOf } from '#lib/model'
import { SampleColumns } from './sample-columns.ts'

/** Samples of one series from one place, in order of time. */
type Read = (into: SampleColumns) => void

/** Joins the samples of one series from places whose times overlap. Used again from series to series. */
export class ColumnMerger {
  readonly #columns: SampleColumns[] = []

  /** Adds the samples of all places in order of time to the series that `into` is at; of those with one time the one of the first place. */
  merge(places: readonly Read[], into: SampleColumns): void {
    const sources = places.map((read, i) => {
      const columns = (this.#columns[i] ??= new SampleColumns())
      columns.clear()
      read(columns)
      columns.endSeries()
      return { columns, words: wordsOf(columns.values), at: 0 }
    })
    const left = sources.filter(({ columns }) => columns.count > 0)
    const total = left.reduce((sum, { columns }) => sum + columns.count, 0)
    if (total === 0) return
    into.reserve(total)
    const words = wordsOf(into.values)
    const histograms: (StoredHistogram | undefined)[] = into.histograms
    const times = new Float64Array(total)
    let count = 0
    while (left.length > 0) {
      let next = left[0]
      for (const source of left) if (source.columns.times[source.at] < next.columns.times[next.at]) next = source
      const { at, columns } = next
      if (count === 0 || columns.times[at] !== times[count - 1]) {
        words[2 * (into.count + count)] = next.words[2 * at]
        words[2 * (into.count + count) + 1] = next.words[2 * at + 1]
        if (columns.histograms[at] !== undefined) histograms[into.count + count] = columns.histograms[at]
        times[count++] = columns.times[at]
      }
      if (++next.at === columns.count) left.splice(left.indexOf(next), 1)
    }
    into.add(times.subarray(0, count), 0, count)
  }
}
