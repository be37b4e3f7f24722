/** A family in the shape that `exposition` writes. */
export interface TelemetryFamily {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly metrics: readonly TelemetryMetric[]
}

export interface TelemetryMetric {
  readonly suffix?: string
  /** name, value, name, value … */
  readonly labels: readonly string[]
  readonly value: number
}

/** A counter or gauge with any label values. */
export class Meter {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly #values = new Map<string, { labels: readonly string[]; value: number }>()

  constructor(name: string, help: string, type: 'counter' | 'gauge') {
    this.name = name
    this.help = help
    this.type = type
  }

  add(value: number, ...labels: string[]): void {
    this.#at(labels).value += value
  }

  set(value: number, ...labels: string[]): void {
    this.#at(labels).value = value
  }

  family(): TelemetryFamily {
    return { name: this.name, help: this.help, type: this.type, metrics: [...this.#values.values()] }
  }

  #at(labels: readonly string[]): { labels: readonly string[]; value: number } {
    const key = labels.join('\xff')
    let entry = this.#values.get(key)
    if (!entry) this.#values.set(key, (entry = { labels, value: 0 }))
    return entry
  }
}

/** A histogram of durations in seconds. */
export class Timer {
  readonly name: string
  readonly help: string
  readonly bounds: readonly number[]
  readonly #values = new Map<string, { labels: readonly string[]; counts: Float64Array; sum: number }>()

  constructor(name: string, help: string, bounds: readonly number[]) {
    this.name = name
    this.help = help
    this.bounds = bounds
  }

  observe(seconds: number, ...labels: string[]): void {
    const key = labels.join('\xff')
    let entry = this.#values.get(key)
    if (!entry) {
      this.#values.set(key, (entry = { labels, counts: new Float64Array(this.bounds.length + 1), sum: 0 }))
    }
    const bucket = this.bounds.findIndex((bound) => seconds <= bound)
    entry.counts[bucket === -1 ? this.bounds.length : bucket]++
    entry.sum += seconds
  }

  family(): TelemetryFamily {
    const metrics: TelemetryMetric[] = []
    for (const { labels, counts, sum } of this.#values.values()) {
      let count = 0
      for (const [i, n] of counts.entries()) {
        count += n
        const bound = i === this.bounds.length ? '+Inf' : String(this.bounds[i])
        metrics.push({ suffix: '_bucket', labels: [...labels, 'le', bound], value: count })
      }
      metrics.push({ suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: count })
    }
    return { name: this.name, help: this.help, type: 'histogram', metrics }
  }
}

/** What one thread measures of itself. */
export class Registry {
  readonly #sources: (() => TelemetryFamily[])[] = []

  counter(name: string, help: string): Meter {
    return this.#meter(new Meter(name, help, 'counter'))
  }

  gauge(name: string, help: string): Meter {
    return this.#meter(new Meter(name, help, 'gauge'))
  }

  timer(name: string, help: string, bounds: readonly number[]): Timer {
    const timer = new Timer(name, help, bounds)
    this.#sources.push(() => [timer.family()])
    return timer
  }

  /** Families that are computed when asked. */
  source(families: () => TelemetryFamily[]): void {
    this.#sources.push(families)
  }

  collect(): TelemetryFamily[] {
    return this.#sources.flatMap((source) => source())
  }

  #meter(meter: Meter): Meter {
    this.#sources.push(() => [meter.family()])
    return meter
  }
}

/** Joins the families of several threads: the same name once, with all its metrics, by name. */
export function mergeFamilies(lists: readonly (readonly TelemetryFamily[])[]): TelemetryFamily[] {
  const merged = new Map<string, TelemetryFamily>()
  for (const family of lists.flat()) {
    const known = merged.get(family.name)
    merged.set(family.name, known ? { ...known, metrics: [...known.metrics, ...family.metrics] } : family)
  }
  return [...merged.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
