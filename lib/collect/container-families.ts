import type { FamilyType, Metric, MetricFamily } from '#lib/exposition'

/** Gathers metrics into families, in the order in which families were first named. */
export class Families {
  readonly #families = new Map<string, { name: string; help: string; type: FamilyType; metrics: Metric[] }>()

  add(name: string, type: FamilyType, help: string, labels: readonly string[], value: number | bigint): void {
    let family = this.#families.get(name)
    if (family === undefined) {
      family = { name, help, type, metrics: [] }
      this.#families.set(name, family)
    }
    family.metrics.push({ labels, value })
  }

  all(): MetricFamily[] {
    return [...this.#families.values()]
  }
}
