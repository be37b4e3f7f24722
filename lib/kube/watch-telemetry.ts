import type { TelemetryFamily } from '#lib/telemetry'

/** Why a list or watch was begun anew. */
export type RestartReason =
  | 'closed'
  | 'dropped'
  | 'silent'
  | 'expired'
  | 'stream-refused'
  | 'throttled'
  | 'server-error'
  | 'unreachable'
  | 'unauthorized'
  | 'forbidden'
  | 'absent'
  | 'unreadable'
  | 'asked'

type Counter = Map<string, { readonly labels: readonly string[]; value: number }>

/** Counts what all lists and watches of a process do. */
export class WatchTelemetry {
  readonly #lists: Counter = new Map()
  readonly #watches: Counter = new Map()
  readonly #events: Counter = new Map()
  readonly #restarts: Counter = new Map()
  readonly #bytes: Counter = new Map()
  readonly #sinkErrors: Counter = new Map()

  /** A list came to its end. */
  listed(resource: string, way: 'stream' | 'pages', result: 'success' | 'error'): void {
    add(this.#lists, ['resource', resource, 'way', way, 'result', result])
  }

  /** A watch was answered with a stream of events, or not. */
  watched(resource: string, result: 'success' | 'error'): void {
    add(this.#watches, ['resource', resource, 'result', result])
  }

  event(resource: string, type: string): void {
    add(this.#events, ['resource', resource, 'type', type])
  }

  restarted(resource: string, reason: RestartReason): void {
    add(this.#restarts, ['resource', resource, 'reason', reason])
  }

  received(resource: string, bytes: number): void {
    add(this.#bytes, ['resource', resource], bytes)
  }

  sinkFailed(resource: string): void {
    add(this.#sinkErrors, ['resource', resource])
  }

  families(): TelemetryFamily[] {
    return [
      family(
        'binnacle_kube_lists_total',
        'Complete lists, by the way they were asked for, and failed ones.',
        this.#lists,
      ),
      family('binnacle_kube_watches_total', 'Watches that were opened, or refused.', this.#watches),
      family('binnacle_kube_watch_events_total', 'Events of watches, by type.', this.#events),
      family('binnacle_kube_watch_restarts_total', 'Lists and watches begun anew, by reason.', this.#restarts),
      family('binnacle_kube_received_bytes_total', 'Inflated bytes of lists and watches.', this.#bytes),
      family('binnacle_kube_sink_errors_total', 'Objects that a part of the program failed on.', this.#sinkErrors),
    ]
  }
}

function add(counter: Counter, labels: readonly string[], value = 1): void {
  const key = labels.join('\0')
  const entry = counter.get(key)
  if (entry) entry.value += value
  else counter.set(key, { labels, value })
}

function family(name: string, help: string, counter: Counter): TelemetryFamily {
  return { name, help, type: 'counter', metrics: [...counter.values()] }
}
