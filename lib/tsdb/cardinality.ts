import { METRIC_NAME, type Labels } from '#lib/model'

/** A name with a number. */
export interface Counted {
  readonly name: string
  readonly value: number
}

/** The largest of each kind, largest first. */
export interface Cardinality {
  /** Series by metric name. */
  readonly names: readonly Counted[]
  /** Values by label name. */
  readonly labels: readonly Counted[]
  /** Bytes of all values by label name. */
  readonly labelBytes: readonly Counted[]
  /** Series by `name=value`. */
  readonly pairs: readonly Counted[]
  /** Number of different pairs. */
  readonly labelPairs: number
}

/** Counts what label sets are made of. */
export function cardinalityOf(sets: Iterable<Labels>, limit: number): Cardinality {
  const names = new Map<string, number>()
  const values = new Map<string, Map<string, number>>()
  for (const labels of sets) {
    add(names, labels.get(METRIC_NAME))
    for (const [name, value] of labels) {
      let counts = values.get(name)
      if (!counts) values.set(name, (counts = new Map()))
      add(counts, value)
    }
  }
  const pairs = new Map<string, number>()
  for (const [name, counts] of values) for (const [value, n] of counts) pairs.set(`${name}=${value}`, n)
  const sizes = new Map([...values].map(([name, counts]) => [name, counts.size]))
  const bytes = new Map([...values].map(([name, counts]) => [name, bytesOf(counts)]))
  return {
    names: top(names, limit),
    labels: top(sizes, limit),
    labelBytes: top(bytes, limit),
    pairs: top(pairs, limit),
    labelPairs: pairs.size,
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

/** Each series holds its value, as Prometheus counts it. */
function bytesOf(counts: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const [value, n] of counts) sum += Buffer.byteLength(value) * n
  return sum
}

function top(counts: ReadonlyMap<string, number>, limit: number): Counted[] {
  const all = [...counts].map(([name, value]) => ({ name, value }))
  return all.sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1)).slice(0, limit)
}
