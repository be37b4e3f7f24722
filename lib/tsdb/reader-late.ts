import { HISTOGRAM_HIGH } from '#lib/codec'
import { type StoredHistogram, wordsOf } from '#lib/model'
import { histogramAt } from './head-histograms.ts'
import type { SampleColumns } from './sample-columns.ts'
import { LATE_ROWS, lateWord, seriesWord, SLAB_WORDS, type Slabs } from './slabs.ts'

const MASK = SLAB_WORDS - 1

/** Whether a series has samples that came late. */
export function hasLate(slabs: Slabs, series: number): boolean {
  return slabs.load(series + seriesWord.late) !== 0
}

/** Adds the late samples of a series with startMs <= t <= endMs that were committed up to `commit`, in order of time. Of those with one time the first that came. */
export function readLate(
  slabs: Slabs,
  series: number,
  commit: number,
  startMs: number,
  endMs: number,
  into: SampleColumns,
): void {
  const found: { timeMs: number; commit: number; chunk: number; row: number }[] = []
  for (let chunk = slabs.load(series + seriesWord.late); chunk !== 0; chunk = slabs.get(chunk)) {
    for (let row = 0; row < LATE_ROWS; row++) {
      const committed = slabs.getFloat(chunk + lateWord.commits + 2 * row)
      if (committed > commit) continue
      const timeMs = slabs.getFloat(chunk + lateWord.times + 2 * row)
      if (timeMs >= startMs && timeMs <= endMs) found.push({ timeMs, commit: committed, chunk, row })
    }
  }
  if (found.length === 0) return
  found.sort((a, b) => a.timeMs - b.timeMs || a.commit - b.commit)
  const firsts = found.filter(({ timeMs }, i) => i === 0 || timeMs !== found[i - 1].timeMs)
  into.reserve(firsts.length)
  const words = wordsOf(into.values)
  const histograms: (StoredHistogram | undefined)[] = into.histograms
  for (const [i, { chunk, row }] of firsts.entries()) {
    const from = (chunk & MASK) + lateWord.values + 2 * row
    const [low, high] = [slabs.at(chunk)[from], slabs.at(chunk)[from + 1]]
    words[2 * (into.count + i)] = low
    words[2 * (into.count + i) + 1] = high
    if (high === HISTOGRAM_HIGH) histograms[into.count + i] = histogramAt(slabs, low)
  }
  into.add(
    Float64Array.from(firsts, ({ timeMs }) => timeMs),
    0,
    firsts.length,
  )
}
