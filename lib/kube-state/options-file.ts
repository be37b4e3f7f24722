import * as v from 'valibot'
import { loadYaml } from '#lib/yaml'
import { type AllowListByResource, checkWildcards } from './option-values.ts'

/** A set of names: kube-state-metrics writes it as a map without values; a list is taken as well. */
const names = v.union([
  v.array(v.string()),
  v.pipe(
    v.record(v.string(), v.unknown()),
    v.transform((map) => Object.keys(map)),
  ),
])

const allowList = v.pipe(
  v.record(v.string(), v.nullable(v.array(v.string()))),
  v.rawTransform(({ dataset, addIssue, NEVER }): AllowListByResource => {
    try {
      return checkWildcards(new Map(Object.entries(dataset.value).map(([name, list]) => [name, list ?? []])))
    } catch (error) {
      addIssue({ message: (error as Error).message })
      return NEVER
    }
  }),
)

const whole = v.pipe(v.number(), v.integer(), v.minValue(0))
/** Go reads a bare number as nanoseconds. */
const duration = v.union([
  v.string(),
  v.pipe(
    v.number(),
    v.transform((ns) => `${Math.round(ns / 1e6)}ms`),
  ),
])

/** Keys of kube-state-metrics' options file, and what they are here. */
const file = v.partial(
  v.strictObject({
    annotations_allow_list: allowList,
    labels_allow_list: allowList,
    metric_allowlist: names,
    metric_denylist: names,
    metric_opt_in_list: names,
    resources: names,
    apiserver: v.string(),
    custom_resource_config: v.string(),
    custom_resource_state_config_file: v.string(),
    custom_resource_config_file: v.string(),
    continue_without_custom_resource_state_config_file: v.boolean(),
    host: v.string(),
    kubeconfig: v.string(),
    namespace: v.string(),
    node: v.string(),
    pod: v.string(),
    tls_config: v.string(),
    telemetry_host: v.string(),
    continue_without_config: v.boolean(),
    namespaces: v.array(v.string()),
    namespaces_denylist: v.array(v.string()),
    'auto-gomemlimit': v.boolean(),
    'auto-gomemlimit-ratio': v.number(),
    port: whole,
    telemetry_port: whole,
    total_shards: whole,
    shard: whole,
    server_read_timeout: duration,
    server_write_timeout: duration,
    server_idle_timeout: duration,
    server_read_header_timeout: duration,
    custom_resources_only: v.boolean(),
    enable_gzip_encoding: v.boolean(),
    help: v.boolean(),
    track_unscheduled_pods: v.boolean(),
    use_api_server_cache: v.boolean(),
    object_limit: whole,
    auth_filter: v.boolean(),
  }),
)

/** What an options file sets; what it does not name is absent. */
export type OptionsFile = v.InferOutput<typeof file>

/** Reads the file of `--config`; a mistake is a ConfigError with its place. */
export function parseOptionsFile(text: string, name: string): OptionsFile {
  return loadYaml(text, name, file).value
}
