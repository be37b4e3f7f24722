import { compareUtf8 } from '#lib/bytes'
import type { FamilyType, Metric, MetricFamily } from '#lib/exposition'

interface OpenFamily {
  readonly name: string
  readonly help: string
  readonly type: FamilyType
  readonly metrics: Metric[]
}

/** Gathers metrics into families; a name is declared by its first use. */
export class Families {
  readonly #byName = new Map<string, OpenFamily>()

  gauge(name: string, help: string, value: number | bigint, labels: readonly string[] = []): void {
    this.add('gauge', name, help, value, labels)
  }

  counter(name: string, help: string, value: number | bigint, labels: readonly string[] = []): void {
    this.add('counter', name, help, value, labels)
  }

  untyped(name: string, help: string, value: number | bigint, labels: readonly string[] = []): void {
    this.add('unknown', name, help, value, labels)
  }

  add(type: FamilyType, name: string, help: string, value: number | bigint, labels: readonly string[]): void {
    let family = this.#byName.get(name)
    if (family === undefined) this.#byName.set(name, (family = { name, help, type, metrics: [] }))
    family.metrics.push({ labels, value })
  }

  done(): MetricFamily[] {
    return [...this.#byName.values()]
  }
}

/**
 * Puts families and their lines into the order in which node_exporter prints them: families by name, lines by their
 * labels' values, as bytes. Families of one name are joined.
 */
export function inOrder(families: readonly MetricFamily[]): MetricFamily[] {
  const byName = new Map<string, MetricFamily>()
  for (const family of families) {
    const known = byName.get(family.name)
    byName.set(family.name, known ? { ...known, metrics: [...known.metrics, ...family.metrics] } : family)
  }
  const sorted = [...byName.values()].sort((a, b) => compareUtf8(a.name, b.name))
  return sorted.map((family) => (isGrouped(family) || isOrdered(family.metrics) ? family : withOrderedLines(family)))
}

/** Lines of a histogram or summary stand in an order of their own, which its producer gives. */
function isGrouped({ type }: MetricFamily): boolean {
  return type === 'histogram' || type === 'summary'
}

function isOrdered(metrics: readonly Metric[]): boolean {
  for (let i = 1; i < metrics.length; i++) if (compareLabels(metrics[i - 1], metrics[i]) > 0) return false
  return true
}

function withOrderedLines(family: MetricFamily): MetricFamily {
  return { ...family, metrics: family.metrics.toSorted(compareLabels) }
}

function compareLabels(a: Metric, b: Metric): number {
  if (a.labels.length !== b.labels.length) return a.labels.length - b.labels.length
  for (let i = 1; i < a.labels.length; i += 2) {
    const order = compareUtf8(a.labels[i], b.labels[i])
    if (order !== 0) return order
  }
  return 0
}

/** Labels as a metric holds them, from an object whose keys stand in the order of writing. */
export function labelsOf(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flat()
}
