/** Fewer points for a small picture: of each bucket its lowest and highest in order, so that no spike is lost. */
export function decimate(values: (number | null)[], buckets: number): (number | null)[] {
  if (values.length <= buckets * 2) return values
  const size = values.length / buckets
  return Array.from({ length: buckets }, (_, b) =>
    extremes(values.slice(Math.floor(b * size), Math.floor((b + 1) * size))),
  ).flat()
}

function extremes(bucket: (number | null)[]): (number | null)[] {
  const seen = bucket.flatMap((value, i) => (value === null ? [] : [i]))
  if (seen.length === 0) return [null, null]
  const low = seen.reduce((a, b) => (bucket[b]! < bucket[a]! ? b : a))
  const high = seen.reduce((a, b) => (bucket[b]! > bucket[a]! ? b : a))
  return low < high ? [bucket[low]!, bucket[high]!] : [bucket[high]!, bucket[low]!]
}
