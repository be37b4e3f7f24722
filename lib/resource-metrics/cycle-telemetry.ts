import { Registry, type TelemetryFamily } from '#lib/telemetry'

/** The metrics of metrics-server, by their names, so that alerts on them hold. */
export class CycleTelemetry {
  readonly #registry = new Registry()
  readonly #requests = this.#registry.counter(
    'metrics_server_kubelet_request_total',
    'Number of requests sent to Kubelet API.',
  )
  readonly #seconds = this.#registry.timer(
    'metrics_server_kubelet_request_duration_seconds',
    'Duration of requests to Kubelet API in seconds.',
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  )
  readonly #cycles = this.#registry.timer(
    'metrics_server_manager_tick_duration_seconds',
    'The total time spent collecting and storing metrics in seconds.',
    [0.1, 0.5, 1, 2.5, 5, 10, 15, 30, 60],
  )
  readonly #points = this.#registry.gauge('metrics_server_storage_points', 'Number of metrics points stored.')
  readonly #bytes = this.#registry.counter('binnacle_kubelet_body_bytes_total', 'Bytes of answers of kubelets.')
  readonly #last = new Map<string, number>()

  request(success: 'true' | 'false', node: string, seconds: number, bytes: number, nowMs: number): void {
    this.#requests.add(1, 'success', success)
    this.#seconds.observe(seconds)
    this.#bytes.add(bytes)
    this.#last.set(node, nowMs)
  }

  cycle(seconds: number, { nodes, containers }: { readonly nodes: number; readonly containers: number }): void {
    this.#cycles.observe(seconds)
    this.#points.set(nodes, 'type', 'node')
    this.#points.set(containers, 'type', 'container')
  }

  forget(node: string): void {
    this.#last.delete(node)
  }

  families(states: ReadonlyMap<string, { readonly failure: string }>): TelemetryFamily[] {
    const last = [...this.#last].map(([node, ms]) => ({ labels: ['node', node], value: ms / 1000 }))
    const counts = new Map<string, number>()
    for (const { failure } of states.values()) counts.set(failure, (counts.get(failure) ?? 0) + 1)
    const byResult = [...counts].map(([failure, value]) => ({
      labels: ['result', failure === '' ? 'ok' : failure],
      value,
    }))
    return [
      ...this.#registry.collect(),
      gauge(
        'metrics_server_kubelet_last_request_time_seconds',
        'Time of last request performed to Kubelet API since unix epoch in seconds.',
        last,
      ),
      gauge('binnacle_kubelets', 'Kubelets by how they were read last.', byResult),
    ]
  }
}

function gauge(name: string, help: string, metrics: TelemetryFamily['metrics']): TelemetryFamily {
  return { name, help, type: 'gauge', metrics }
}
