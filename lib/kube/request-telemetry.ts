import type { TelemetryFamily } from '#lib/telemetry'

/** Counts the requests to an API server, by method and status. */
export class RequestTelemetry {
  /** How often credentials were made anew because they had been refused. */
  refreshes = 0
  readonly #requests = new Map<string, { method: string; code: string; count: number }>()

  /** Status 0: no answer came. */
  answered(method: string, status: number): void {
    const key = `${method} ${status}`
    const entry = this.#requests.get(key)
    if (entry) entry.count++
    else this.#requests.set(key, { method, code: status === 0 ? 'none' : String(status), count: 1 })
  }

  families(): TelemetryFamily[] {
    return [
      {
        name: 'binnacle_kube_requests_total',
        help: 'Requests to the API server, by method and status; none: no answer came.',
        type: 'counter',
        metrics: [...this.#requests.values()].map(({ method, code, count }) => ({
          labels: ['method', method, 'code', code],
          value: count,
        })),
      },
      {
        name: 'binnacle_kube_credential_refreshes_total',
        help: 'How often credentials were made anew after the API server refused them.',
        type: 'counter',
        metrics: [{ labels: [], value: this.refreshes }],
      },
    ]
  }
}
