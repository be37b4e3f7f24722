import { compareLabels, type Labels } from '#lib/model'
import { SampleColumns } from './sample-columns.ts'
import type { SeriesSamples } from './series-samples.ts'

/**
 * The series of several sources, each in order of labels, as one. Of samples of one time that of the first source stays. What is
 * given is valid until the next is asked for.
 */
export function* mergeSeries(sources: readonly Iterable<SeriesSamples>[]): Generator<SeriesSamples> {
  const iterators = sources.map((source) => source[Symbol.iterator]())
  try {
    const heads = iterators.map((iterator) => nextOf(iterator))
    const merged = new SampleColumns()
    for (;;) {
      const labels = leastOf(heads)
      if (!labels) return
      const same = heads.flatMap((head, i) => (head?.labels.equals(labels) ? [i] : []))
      yield same.length === 1
        ? heads[same[0]]!
        : joined(
            same.map((i) => heads[i]!),
            merged,
          )
      for (const i of same) heads[i] = nextOf(iterators[i])
    }
  } finally {
    for (const iterator of iterators) iterator.return?.()
  }
}

function nextOf(iterator: Iterator<SeriesSamples>): SeriesSamples | undefined {
  const next = iterator.next()
  return next.done ? undefined : next.value
}

function leastOf(heads: readonly (SeriesSamples | undefined)[]): Labels | undefined {
  let least: Labels | undefined
  for (const head of heads) if (head && (!least || compareLabels(head.labels, least) < 0)) least = head.labels
  return least
}

function joined(parts: readonly SeriesSamples[], into: SampleColumns): SeriesSamples {
  into.clear()
  for (const { samples } of parts) into.addRange(samples, 0, samples.count)
  into.sort()
  const exemplars = parts.flatMap((part) => part.exemplars).sort((a, b) => a.timeMs - b.timeMs)
  return { labels: parts[0].labels, samples: into, exemplars }
}
