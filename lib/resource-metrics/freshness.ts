import { Registry, type TelemetryFamily } from '#lib/telemetry'
import type { FigureSource, NodeFigures, PodFigures } from './figures.ts'

/** metrics-server's, so that what people see of it stays. */
const BOUNDS = Array.from({ length: 20 }, (_, i) => 1.364 ** i)

/** Figures, of which each that is answered is measured: how old it is. */
export class MeasuredFigures implements FigureSource {
  readonly #figures: FigureSource
  readonly #now: () => number
  readonly #registry = new Registry()
  readonly #age = this.#registry.timer(
    'metrics_server_api_metric_freshness_seconds',
    'Freshness of metrics exported',
    BOUNDS,
  )

  constructor(figures: FigureSource, now: () => number = Date.now) {
    this.#figures = figures
    this.#now = now
  }

  node(name: string): NodeFigures | undefined {
    return this.#measured(this.#figures.node(name))
  }

  pod(namespace: string, name: string): PodFigures | undefined {
    return this.#measured(this.#figures.pod(namespace, name))
  }

  telemetry(): TelemetryFamily[] {
    return this.#registry.collect()
  }

  #measured<T extends { readonly timestampMs: number }>(figures: T | undefined): T | undefined {
    if (figures !== undefined) this.#age.observe((this.#now() - figures.timestampMs) / 1000)
    return figures
  }
}
