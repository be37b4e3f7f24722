import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { Registry, type TelemetryFamily } from '#lib/telemetry'

/** A file of settings: its text, or undefined while it may be missing and is. */
export function readSettingsFile(path: string, mayBeMissing: boolean): string | undefined {
  if (path === '' || (mayBeMissing && !existsSync(path))) return undefined
  return readFileSync(path, 'utf8')
}

/** How loading of the files of settings went, under kube-state-metrics' names. */
export class LoadTelemetry {
  readonly #registry = new Registry()
  readonly #hash = this.#registry.gauge('kube_state_metrics_config_hash', 'Hash of the currently loaded configuration.')
  readonly #success = this.#registry.gauge(
    'kube_state_metrics_last_config_reload_successful',
    'Whether the last configuration reload attempt was successful.',
  )
  readonly #time = this.#registry.gauge(
    'kube_state_metrics_last_config_reload_success_timestamp_seconds',
    'Timestamp of the last successful configuration reload.',
  )

  loaded(type: string, filename: string, text: string): void {
    const labels = ['type', type, 'filename', filename]
    // Six bytes of MD5 as kube-state-metrics shows them: no secret depends on it.
    this.#hash.set(createHash('md5').update(text).digest().readUIntLE(0, 6), ...labels)
    this.#success.set(1, ...labels)
    this.#time.set(Date.now() / 1000, ...labels)
  }

  failed(type: string, filename: string): void {
    this.#success.set(0, 'type', type, 'filename', filename)
  }

  families(): TelemetryFamily[] {
    return this.#registry.collect()
  }
}
