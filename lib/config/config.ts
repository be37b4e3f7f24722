import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { globalScrapeEntries, poolsFromConfig, scrapeConfigSchema, type PoolConfig } from '#lib/scrape'
import { ConfigError, hideSecrets, loadYaml } from '#lib/yaml'

/** What a configuration file asks for. */
export interface Config {
  readonly pools: readonly PoolConfig[]
  readonly externalLabels: Readonly<Record<string, string>>
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
  storage: 'out-of-order and exemplar settings are not used yet',
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

const configSchema = v.strictObject({
  global: v.optional(v.nullable(globalSchema)),
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
  const { global, scrape_configs: scrapeConfigs, ...sections } = located.value
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
    shown: hideSecrets(text),
    notices: Object.keys(sections)
      .filter((section) => section in withoutEffect)
      .map((section) => ({ section, why: withoutEffect[section] })),
  }
}
