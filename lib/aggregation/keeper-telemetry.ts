import { Registry, type TelemetryFamily } from '#lib/telemetry'
import { type AggregationState, roles } from './state.ts'

/** What became of a change of the APIService: `too-late` when someone else had changed it first. */
type Change = 'created' | 'repaired' | 'released' | 'too-late'

/** What the keeper measures. */
export class KeeperTelemetry {
  readonly #registry = new Registry()
  readonly #changes = this.#registry.counter(
    'binnacle_metrics_api_service_changes_total',
    'Changes of the APIService by this replica; released: it is another program’s by now; too-late: someone else had changed it first.',
  )
  readonly #role = this.#registry.gauge(
    'binnacle_metrics_api_role',
    'What metrics-api is to metrics.k8s.io: 1 for the role that it has, 0 for the others.',
  )
  #state: AggregationState | undefined

  constructor() {
    this.#registry.source(() => [this.#answeredBy()])
  }

  changed(change: Change): void {
    this.#changes.add(1, 'change', change)
  }

  state(state: AggregationState): void {
    this.#state = state
    for (const role of roles) this.#role.set(role === state.role ? 1 : 0, 'role', role)
  }

  families(): TelemetryFamily[] {
    return this.#registry.collect()
  }

  #answeredBy(): TelemetryFamily {
    const { program = '', why = '' } = this.#state ?? {}
    return {
      name: 'binnacle_metrics_api_answered_by_info',
      help: 'Which program answers metrics.k8s.io, and what there is to say about it.',
      type: 'gauge',
      metrics: program === '' ? [] : [{ labels: ['program', program, 'why', why], value: 1 }],
    }
  }
}
