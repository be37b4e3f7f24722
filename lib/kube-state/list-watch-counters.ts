import type { WatchState } from '#lib/kube'
import { Registry, type TelemetryFamily } from '#lib/telemetry'

/** Lists and watches, counted by their outcome under kube-state-metrics' names. */
export class ListWatchCounters {
  readonly #registry = new Registry()
  readonly #lists = this.#registry.counter(
    'kube_state_metrics_list_total',
    'Number of total resource list calls in kube-state-metrics',
  )
  readonly #watches = this.#registry.counter(
    'kube_state_metrics_watch_total',
    'Number of total resource watch calls in kube-state-metrics',
  )
  readonly #phases = new Map<string, WatchState['phase']>()

  /** Takes a change of state; `type` is what kube-state-metrics calls the resource: `*v1.Pod`. */
  take({ resource, namespace, phase }: WatchState, type: string): void {
    const key = `${type} ${resource.plural} ${namespace}`
    const before = this.#phases.get(key)
    this.#phases.set(key, phase)
    if (before === phase) return
    if (phase === 'watching') {
      if (before !== 'waiting') this.#lists.add(1, 'result', 'success', 'resource', type)
      this.#watches.add(1, 'result', 'success', 'resource', type)
    } else if (phase === 'waiting' || phase === 'forbidden' || phase === 'absent') {
      const failed = before === 'watching' ? this.#watches : this.#lists
      failed.add(1, 'result', 'error', 'resource', type)
    }
  }

  families(): TelemetryFamily[] {
    return this.#registry.collect()
  }
}
