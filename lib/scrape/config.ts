import * as v from 'valibot'
import { kubernetesSdSchema } from '#lib/discovery'
import { type RelabelConfig, relabelConfigSchema } from '#lib/relabel'
import { httpEntries } from './http-config.ts'
import { notYet, only } from './refuse.ts'
import { parseDurationMs, parseSizeBytes } from './units.ts'

/** The protocols a target may be asked for, by Prometheus' names. */
export const scrapeProtocols = [
  'PrometheusProto',
  'OpenMetricsText0.0.1',
  'OpenMetricsText1.0.0',
  'PrometheusText0.0.4',
  'PrometheusText1.0.0',
] as const
export type ScrapeProtocol = (typeof scrapeProtocols)[number]

const duration = v.pipe(
  v.union([v.string(), v.literal(0)], 'not a valid duration: write it as 15s, 1m or 1h30m'),
  v.transform((text) => parseDurationMs(String(text)) ?? Number.NaN),
  v.check((ms) => !Number.isNaN(ms), 'not a valid duration: write it as 15s, 1m or 1h30m'),
)
const size = v.pipe(
  v.union([v.string(), v.literal(0)], 'not a valid size: write it as 10MB'),
  v.transform((text) => parseSizeBytes(String(text)) ?? Number.NaN),
  v.check((bytes) => !Number.isNaN(bytes), 'not a valid size: write it as 10MB'),
)
const limit = v.pipe(v.number(), v.integer(), v.minValue(0))
const protocol = v.picklist(scrapeProtocols, `unknown scrape protocol, supported: ${scrapeProtocols.join(', ')}`)
const protocols = v.pipe(
  v.array(protocol),
  v.minLength(1, 'scrape_protocols cannot be empty'),
  v.check((list) => new Set(list).size === list.length, 'duplicated protocol in scrape_protocols'),
)

/** Fields that stand in `global` as defaults and in each scrape config. */
const sharedEntries = {
  scrape_interval: v.optional(duration),
  scrape_timeout: v.optional(duration),
  scrape_protocols: v.optional(protocols),
  body_size_limit: v.optional(size),
  sample_limit: v.optional(limit),
  target_limit: v.optional(limit),
  label_limit: v.optional(limit),
  label_name_length_limit: v.optional(limit),
  label_value_length_limit: v.optional(limit),
  keep_dropped_targets: v.optional(limit),
  extra_scrape_metrics: v.optional(v.boolean()),
  metric_name_validation_scheme: only('metric_name_validation_scheme', 'utf8'),
  metric_name_escaping_scheme: only('metric_name_escaping_scheme', 'allow-utf-8'),
  scrape_native_histograms: v.optional(v.boolean()),
  always_scrape_classic_histograms: v.optional(v.boolean()),
  convert_classic_histograms_to_nhcb: v.optional(v.boolean()),
  scrape_failure_log_file: notYet('scrape_failure_log_file'),
}

/** The fields of `global` that scraping owns; whoever joins the sections spreads them. */
export const globalScrapeEntries = sharedEntries

const labelName = v.pipe(
  v.string(),
  v.minLength(1),
  v.check((name) => name.isWellFormed(), 'not a valid label name'),
)
const labelSet = v.pipe(
  v.record(labelName, v.union([v.string(), v.number(), v.boolean()])),
  v.transform((labels) => Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]))),
)
const address = v.pipe(
  v.string(),
  v.check((text) => !text.includes('/'), 'not a valid hostname: a target is host:port, its path goes to metrics_path'),
)
const staticConfig = v.strictObject({
  targets: v.optional(v.array(address), []),
  labels: v.optional(v.nullable(labelSet, {}), {}),
})

const discoveries = [
  'azure consul digitalocean dns docker dockerswarm ec2 eureka file gce hetzner http ionos kuma lightsail',
  'linode marathon msk nerve nomad openstack ovhcloud puppetdb rds scaleway serverset stackit triton uyuni vultr',
]
  .join(' ')
  .split(' ')
  .map((name) => `${name}_sd_configs`)

const rules = (kind: string) =>
  v.pipe(
    v.nullish(v.array(v.nullable(relabelConfigSchema())), []),
    v.rawTransform<(RelabelConfig | null)[], RelabelConfig[]>(({ dataset, addIssue, NEVER }) => {
      const list = dataset.value
      const given = list.filter((rule) => rule !== null)
      if (given.length === list.length) return given
      addIssue({ message: `empty or null ${kind} relabeling rule in scrape config` })
      return NEVER
    }),
  )

/** One entry of `scrape_configs`. */
export const scrapeConfigSchema = v.strictObject({
  ...Object.fromEntries(discoveries.map((field) => [field, notYet(field)])),
  ...sharedEntries,
  ...httpEntries,
  job_name: v.pipe(v.string('job_name is empty'), v.minLength(1, 'job_name is empty')),
  metrics_path: v.optional(v.string(), '/metrics'),
  scheme: v.optional(v.picklist(['http', 'https'], 'scheme must be http or https'), 'http'),
  params: v.optional(v.record(v.string(), v.array(v.string())), {}),
  honor_labels: v.optional(v.boolean(), false),
  honor_timestamps: v.optional(v.boolean(), true),
  track_timestamps_staleness: v.optional(v.boolean(), false),
  enable_compression: v.optional(v.boolean(), true),
  fallback_scrape_protocol: v.optional(protocol),
  static_configs: v.optional(v.array(staticConfig), []),
  kubernetes_sd_configs: v.nullish(v.array(kubernetesSdSchema), []),
  relabel_configs: rules('target'),
  metric_relabel_configs: rules('metric'),
  native_histogram_bucket_limit: v.optional(limit, 0),
  native_histogram_min_bucket_factor: v.optional(v.number(), 0),
  scrape_classic_histograms: only('scrape_classic_histograms', false),
})

const globalObject = v.object(globalScrapeEntries)

export type GlobalScrapeConfig = v.InferOutput<typeof globalObject>
export type ScrapeConfig = v.InferOutput<typeof scrapeConfigSchema>
