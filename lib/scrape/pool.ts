import type { KubernetesSdConfig } from '#lib/discovery'
import type { RelabelConfig } from '#lib/relabel'
import type { GlobalScrapeConfig, ScrapeConfig, ScrapeProtocol } from './config.ts'
import { defaultHttpConfig, httpEntries, httpMistake, type HttpConfig } from './http-config.ts'

/** The targets of one job and how they are scraped. Plain data: it travels between threads. */
export interface PoolConfig {
  readonly name: string
  readonly options: PoolOptions
  readonly groups: readonly TargetGroup[]
  /** Targets whose body another thread delivers; they are not relabelled. */
  readonly local?: readonly LocalTarget[]
  /** Rules for the labels of targets. */
  readonly relabel?: readonly RelabelConfig[]
  /** What its owner discovers for it in clusters. */
  readonly kubernetes?: readonly KubernetesSdConfig[]
  /** A target is left to a pool of a higher rank that scrapes the same body. 0 where there is none. */
  readonly rank?: number
  /** The namespace of the object that this pool was made of, for targets which have none of their own. */
  readonly namespace?: string
}

/** Targets that share labels. */
export interface TargetGroup {
  readonly targets: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

/** A target of our own process: its body is asked for by name, without HTTP. */
export interface LocalTarget {
  readonly source: string
  /** Its instance. */
  readonly address: string
  readonly labels: Readonly<Record<string, string>>
}

/** Delivers the bodies of local targets. Their bytes belong to the scraper afterwards. */
export interface BodySource {
  fetch(name: string, signal: AbortSignal): Promise<{ readonly body: Uint8Array; readonly contentType: string }>
}

/** How the targets of a pool are scraped. A limit of 0 is none. */
export interface PoolOptions {
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly metricsPath: string
  readonly scheme: 'http' | 'https'
  readonly params: Readonly<Record<string, readonly string[]>>
  readonly honorLabels: boolean
  readonly honorTimestamps: boolean
  readonly trackTimestampsStaleness: boolean
  readonly compression: boolean
  readonly bodyLimitBytes: number
  readonly sampleLimit: number
  readonly targetLimit: number
  /** How many dropped targets are shown. */
  readonly keepDroppedTargets: number
  readonly labelLimit: number
  readonly labelNameLengthLimit: number
  readonly labelValueLengthLimit: number
  readonly protocols: readonly ScrapeProtocol[]
  readonly fallbackProtocol: ScrapeProtocol | undefined
  readonly extraMetrics: boolean
  /** Whether native histograms are taken where a target has them. */
  readonly nativeHistograms: boolean
  /** Whether their classic series are taken as well. */
  readonly classicHistograms: boolean
  /** Whether classic histograms become native ones with custom buckets. */
  readonly convertHistograms: boolean
  /** A native histogram with more buckets is kept in less detail, or fails the scrape. */
  readonly bucketLimit: number
  /** Buckets that grow by less are joined; 0 takes them as they come. */
  readonly minBucketFactor: number
  /** Rules for the labels of samples. */
  readonly metricRelabel: readonly RelabelConfig[]
  /**
   * Whether strangers have a say in it (objects and annotations of a cluster): then no file is read for it, no internal
   * address is asked, and samples cannot forge their namespace.
   */
  readonly untrusted: boolean
  readonly http: HttpConfig
}

const TEXT_PROTOCOLS: readonly ScrapeProtocol[] = [
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
]

/** Prometheus' defaults. */
export const defaultPoolOptions: PoolOptions = {
  intervalMs: 60_000,
  timeoutMs: 10_000,
  metricsPath: '/metrics',
  scheme: 'http',
  params: {},
  honorLabels: false,
  honorTimestamps: true,
  trackTimestampsStaleness: false,
  compression: true,
  bodyLimitBytes: 0,
  sampleLimit: 0,
  targetLimit: 0,
  keepDroppedTargets: 0,
  labelLimit: 0,
  labelNameLengthLimit: 0,
  labelValueLengthLimit: 0,
  protocols: TEXT_PROTOCOLS,
  fallbackProtocol: undefined,
  extraMetrics: false,
  nativeHistograms: false,
  classicHistograms: false,
  convertHistograms: false,
  bucketLimit: 0,
  minBucketFactor: 0,
  metricRelabel: [],
  untrusted: false,
  http: defaultHttpConfig,
}

/** Makes the error for a mistake at a path of the file, as `Located.errorAt` does. */
export type ErrorAt = (path: readonly PropertyKey[], text: string) => Error

/** Joins `global` and `scrape_configs` with the defaults; throws what `errorAt` makes of the first mistake. */
export function poolsFromConfig(
  global: Partial<GlobalScrapeConfig>,
  configs: readonly ScrapeConfig[],
  errorAt: ErrorAt,
): PoolConfig[] {
  const intervalMs = global.scrape_interval || defaultPoolOptions.intervalMs
  const timeoutMs = global.scrape_timeout || Math.min(defaultPoolOptions.timeoutMs, intervalMs)
  if (timeoutMs > intervalMs) {
    throw errorAt(['global', 'scrape_timeout'], 'global scrape timeout greater than scrape interval')
  }
  const names = new Set<string>()
  return configs.map((config, i) => {
    const pool = poolFromConfig({ ...global, scrape_interval: intervalMs, scrape_timeout: timeoutMs }, config)
    checkPool(config, pool, names, (field, text) => errorAt(['scrape_configs', i, field], text))
    names.add(pool.name)
    return pool
  })
}

function checkPool(
  config: ScrapeConfig,
  pool: PoolConfig,
  names: ReadonlySet<string>,
  error: (field: string, text: string) => Error,
): void {
  const job = JSON.stringify(pool.name)
  if (names.has(pool.name)) throw error('job_name', `found multiple scrape configs with job name ${job}`)
  if (pool.options.timeoutMs > pool.options.intervalMs) {
    const field = config.scrape_timeout === undefined ? 'scrape_interval' : 'scrape_timeout'
    throw error(field, `scrape timeout greater than scrape interval for scrape config with job name ${job}`)
  }
  const mistake = httpMistake(config)
  if (mistake) throw error('job_name', mistake)
}

function poolFromConfig(global: Partial<GlobalScrapeConfig>, config: ScrapeConfig): PoolConfig {
  const intervalMs = config.scrape_interval || global.scrape_interval || defaultPoolOptions.intervalMs
  const nativeHistograms = config.scrape_native_histograms ?? global.scrape_native_histograms ?? false
  const globalTimeoutMs = Math.min(global.scrape_timeout ?? defaultPoolOptions.timeoutMs, intervalMs)
  return {
    name: config.job_name,
    groups: config.static_configs.map(({ targets, labels }) => ({ targets, labels: labels ?? {} })),
    relabel: config.relabel_configs,
    kubernetes: config.kubernetes_sd_configs,
    options: {
      intervalMs,
      timeoutMs: config.scrape_timeout || globalTimeoutMs,
      metricsPath: config.metrics_path,
      scheme: config.scheme,
      params: config.params,
      honorLabels: config.honor_labels,
      honorTimestamps: config.honor_timestamps,
      trackTimestampsStaleness: config.track_timestamps_staleness,
      compression: config.enable_compression,
      bodyLimitBytes: config.body_size_limit ?? global.body_size_limit ?? 0,
      sampleLimit: config.sample_limit ?? global.sample_limit ?? 0,
      targetLimit: config.target_limit ?? global.target_limit ?? 0,
      keepDroppedTargets: config.keep_dropped_targets ?? global.keep_dropped_targets ?? 0,
      labelLimit: config.label_limit ?? global.label_limit ?? 0,
      labelNameLengthLimit: config.label_name_length_limit ?? global.label_name_length_limit ?? 0,
      labelValueLengthLimit: config.label_value_length_limit ?? global.label_value_length_limit ?? 0,
      protocols: config.scrape_protocols ?? global.scrape_protocols ?? defaultProtocols(nativeHistograms),
      fallbackProtocol: config.fallback_scrape_protocol,
      extraMetrics: config.extra_scrape_metrics ?? global.extra_scrape_metrics ?? false,
      nativeHistograms,
      classicHistograms: config.always_scrape_classic_histograms ?? global.always_scrape_classic_histograms ?? false,
      convertHistograms:
        config.convert_classic_histograms_to_nhcb ?? global.convert_classic_histograms_to_nhcb ?? false,
      bucketLimit: config.native_histogram_bucket_limit,
      minBucketFactor: config.native_histogram_min_bucket_factor,
      metricRelabel: config.metric_relabel_configs,
      untrusted: false,
      http: httpConfigOf(config),
    },
  }
}

/** Only protobuf has native histograms: who wants them asks for it first. */
function defaultProtocols(nativeHistograms: boolean): readonly ScrapeProtocol[] {
  return nativeHistograms ? ['PrometheusProto', ...TEXT_PROTOCOLS] : TEXT_PROTOCOLS
}

function httpConfigOf(config: ScrapeConfig): HttpConfig {
  const http: Record<string, unknown> = {}
  // Not the fields of the defaults: those that have none are not among them.
  for (const field of Object.keys(httpEntries)) {
    const value = config[field as keyof ScrapeConfig]
    if (value !== undefined) http[field] = value
  }
  return http as unknown as HttpConfig
}
