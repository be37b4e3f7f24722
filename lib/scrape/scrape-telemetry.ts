import { Registry, type TelemetryFamily } from '#lib/telemetry'

/** What scraping measures of itself, in Prometheus' names where it has the metric. */
export class ScrapeTelemetry {
  readonly #registry = new Registry()
  readonly #bodySize = this.#registry.counter(
    'prometheus_target_scrapes_exceeded_body_size_limit_total',
    'Total number of scrapes that hit the body size limit',
  )
  readonly #samples = this.#registry.counter(
    'prometheus_target_scrapes_exceeded_sample_limit_total',
    'Total number of scrapes that hit the sample limit and were rejected.',
  )
  readonly #buckets = this.#registry.counter(
    'prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total',
    'Total number of scrapes that hit the native histogram bucket limit and were rejected.',
  )
  readonly #namespaces = this.#registry.counter(
    'binnacle_target_scrapes_exceeded_namespace_sample_limit_total',
    'Scrapes that were rejected because the targets of their namespace have too many samples.',
  )
  readonly #failed = this.#registry.counter(
    'binnacle_target_scrapes_failed_total',
    'Scrapes that failed, by what failed.',
  )

  constructor() {
    this.#bodySize.add(0)
    this.#samples.add(0)
    this.#buckets.add(0)
  }

  /** A scrape failed; `code` is of the ScrapeError, or says what the body broke. */
  failed(code: string, namespace: string): void {
    this.#failed.add(1, 'reason', code)
    if (code === 'body-size') this.#bodySize.add(1)
    if (code === 'sample-limit') this.#samples.add(1)
    if (code === 'bucket-limit') this.#buckets.add(1)
    if (code === 'namespace-sample-limit') this.#namespaces.add(1, 'namespace', namespace)
  }

  families(): TelemetryFamily[] {
    return this.#registry.collect()
  }
}
