import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { parseDuration } from '#lib/model'
import { globalScrapeEntries, poolsFromConfig, scrapeConfigSchema, type PoolConfig } from '#lib/scrape'
import { ConfigError, hideSecrets, loadYaml } from '#lib/yaml'

/** What a configuration file asks for. */
export interface Config {
  readonly pools: readonly PoolConfig[]
  readonly externalLabels: Readonly<Record<string, string>>
  /** How much older than the newest a sample may be that comes out of order; 0: none may. */
  readonly outOfOrderMs: number
  /** The file as it was read, with secrets hidden. */
  readonly shown: string
  /** Sections that are understood and without effect yet, each with the reason. */
  readonly notices: readonly ConfigNotice[]
}

export interface ConfigNotice {
  readonly section: string
  readonly why: string
}

/** Known from Prometheus; without them nothing that is collected is lost or changed, so a file that has them is taken. */
const withoutEffect: Readonly<Record<string, string>> = {
  rule_files: 'rules are not evaluated yet',
  alerting: 'alerts are not sent yet',
  tracing: 'Binnacle sends no traces',
  runtime: 'settings of the Go runtime',
  otlp: 'OTLP is not received yet',
}

/** Known from Prometheus; to ignore them would lose data or change it, so a file that has them is refused. */
const refused = ['scrape_config_files', 'remote_write', 'remote_read'] as const

function refusal(field: string): v.OptionalSchema<v.GenericSchema<undefined>, undefined> {
  return v.optional(v.undefined_(`${field} is not supported yet: remove it`) as v.GenericSchema<undefined>, undefined)
}

const globalSchema = v.strictObject({
  ...globalScrapeEntries,
  evaluation_interval: v.optional(v.string()),
  rule_query_offset: v.optional(v.string()),
  query_log_file: v.optional(v.string()),
  external_labels: v.optional(v.record(v.string(), v.string()), {}),
})

const window = v.pipe(
  v.string('not a duration: write it as 30m'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      return parseDuration(dataset.value)
    } catch {
      addIssue({ message: 'not a valid duration: write it as 30m' })
      return NEVER
    }
  }),
)

const storageSchema = v.looseObject({
  tsdb: v.optional(v.nullable(v.looseObject({ out_of_order_time_window: v.optional(window) }))),
})

const configSchema = v.strictObject({
  global: v.optional(v.nullable(globalSchema)),
  storage: v.optional(v.nullable(storageSchema)),
  scrape_configs: v.optional(v.nullable(v.array(scrapeConfigSchema))),
  ...Object.fromEntries(Object.keys(withoutEffect).map((field) => [field, v.optional(v.unknown())])),
  ...Object.fromEntries(refused.map((field) => [field, refusal(field)])),
})

/** Reads a prometheus.yml; throws ConfigError with the place of the first mistake. */
export function readConfig(file: string): Config {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message
    throw new ConfigError(file, 1, 1, `cannot read it: ${why}`)
  }
  return parseConfig(text, file)
}

/** Reads the text of a prometheus.yml. `file` is what errors name. */
export function parseConfig(text: string, file: string): Config {
  const located = loadYaml(text, file, configSchema)
  const { global, storage, scrape_configs: scrapeConfigs, ...sections } = located.value
  const {
    external_labels: externalLabels,
    evaluation_interval: _,
    rule_query_offset: __,
    query_log_file: ___,
    ...globalScrape
  } = global ?? v.parse(globalSchema, {})
  return {
    pools: poolsFromConfig(globalScrape, scrapeConfigs ?? [], (path, text) => located.errorAt(path, text)),
    externalLabels,
    outOfOrderMs: storage?.tsdb?.out_of_order_time_window ?? 0,
    shown: hideSecrets(text),
    notices: [
      ...storageNotices(storage),
      ...Object.keys(sections)
        .filter((section) => section in withoutEffect)
        .map((section) => ({ section, why: withoutEffect[section] })),
    ],
  }
}

function storageNotices(storage: v.InferOutput<typeof storageSchema> | null | undefined): ConfigNotice[] {
  const { tsdb, ...others } = storage ?? {}
  const names = [
    ...Object.keys(tsdb ?? {})
      .filter((name) => name !== 'out_of_order_time_window')
      .map((name) => `storage.tsdb.${name}`),
    ...Object.keys(others).map((name) => `storage.${name}`),
  ]
  return names.map((section) => ({ section, why: 'not used yet' }))
}
