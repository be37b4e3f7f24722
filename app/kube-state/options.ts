import { parseDuration } from '#lib/model'
import {
  defaultSettings,
  type KubeStateSettings,
  OptionError,
  type OptionsFile,
  parseAllowList,
  parseList,
  parseNames,
} from '#lib/kube-state'

/** What the role needs to know: what is rendered, from where, and how it is served. */
export interface KubeStateOptions {
  readonly settings: Omit<KubeStateSettings, 'customResources'>
  /** Inline YAML. */
  readonly customResourceConfig: string
  readonly customResourceFile: string
  readonly continueWithoutCustomResourceFile: boolean
  readonly configFile: string
  readonly continueWithoutConfig: boolean
  readonly kubeconfig: string
  readonly context: string
  readonly apiserver: string
  /** Both or none: the shard is then the pod's number in its StatefulSet. */
  readonly pod: string
  readonly podNamespace: string
  readonly host: string
  readonly port: number
  readonly telemetryHost: string
  readonly telemetryPort: number
  readonly hostNames: readonly string[]
  readonly gzip: boolean
  readonly tlsConfig: string
  readonly authFilter: boolean
  readonly readTimeoutMs: number
  readonly writeTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly headerTimeoutMs: number
}

/** Values of flags by name without dashes; absent ones were not given. */
export type FlagValues = Readonly<Record<string, string | undefined>>

/** What the flags say. Throws OptionError, which names the flag. */
export function optionsOfFlags(flags: FlagValues): KubeStateOptions {
  const read = new FlagReader(flags)
  return {
    settings: {
      ...defaultSettings,
      resources: read.with('resources', parseNames, []),
      namespaces: read.with('namespaces', parseList, []),
      deniedNamespaces: read.with('namespaces-denylist', parseList, []),
      allowedMetrics: read.with('metric-allowlist', parseNames, []),
      deniedMetrics: read.with('metric-denylist', parseNames, []),
      optInMetrics: read.with('metric-opt-in-list', parseNames, []),
      labels: read.with('metric-labels-allowlist', parseAllowList, new Map()),
      annotations: read.with('metric-annotations-allowlist', parseAllowList, new Map()),
      node: read.text('node'),
      unscheduledPods: read.flag('track-unscheduled-pods'),
      shard: read.whole('shard', 0),
      totalShards: read.whole('total-shards', 1),
      objectLimit: read.whole('object-limit', 0),
      customResourcesOnly: read.flag('custom-resource-state-only'),
    },
    customResourceConfig: read.text('custom-resource-state-config'),
    customResourceFile: read.text('custom-resource-state-config-file'),
    continueWithoutCustomResourceFile: read.flag('continue-without-custom-resource-state-config-file'),
    configFile: read.text('config'),
    continueWithoutConfig: read.flag('continue-without-config'),
    kubeconfig: read.text('kubeconfig'),
    context: read.text('kube.context'),
    apiserver: read.text('apiserver'),
    pod: read.text('pod'),
    podNamespace: read.text('pod-namespace'),
    host: read.text('host', '::'),
    port: read.whole('port', 8080),
    telemetryHost: read.text('telemetry-host', '::'),
    telemetryPort: read.whole('telemetry-port', 8081),
    hostNames: read.with('web.host-name', parseList, []),
    // Compressed answers cost less than plain ones: they lie ready.
    gzip: read.flag('enable-gzip-encoding', true),
    tlsConfig: read.text('tls-config'),
    authFilter: read.flag('auth-filter'),
    readTimeoutMs: read.duration('server-read-timeout', '1m'),
    writeTimeoutMs: read.duration('server-write-timeout', '1m'),
    idleTimeoutMs: read.duration('server-idle-timeout', '5m'),
    headerTimeoutMs: read.duration('server-read-header-timeout', '5s'),
  }
}

/** The same with what an options file sets instead. */
export function withOptionsFile(options: KubeStateOptions, file: OptionsFile): KubeStateOptions {
  const { settings } = options
  const list = (set: readonly string[] | undefined, flag: readonly string[]): readonly string[] =>
    set !== undefined && set.length > 0 ? set : flag
  return {
    ...options,
    settings: {
      ...settings,
      resources: list(file.resources, settings.resources),
      namespaces: list(file.namespaces, settings.namespaces),
      deniedNamespaces: list(file.namespaces_denylist, settings.deniedNamespaces),
      allowedMetrics: list(file.metric_allowlist, settings.allowedMetrics),
      deniedMetrics: list(file.metric_denylist, settings.deniedMetrics),
      optInMetrics: list(file.metric_opt_in_list, settings.optInMetrics),
      labels: file.labels_allow_list ?? settings.labels,
      annotations: file.annotations_allow_list ?? settings.annotations,
      node: file.node ?? settings.node,
      unscheduledPods: file.track_unscheduled_pods ?? settings.unscheduledPods,
      shard: file.shard ?? settings.shard,
      totalShards: file.total_shards ?? settings.totalShards,
      objectLimit: file.object_limit ?? settings.objectLimit,
      customResourcesOnly: file.custom_resources_only ?? settings.customResourcesOnly,
    },
    customResourceConfig: file.custom_resource_config ?? options.customResourceConfig,
    customResourceFile:
      file.custom_resource_state_config_file ?? file.custom_resource_config_file ?? options.customResourceFile,
    continueWithoutCustomResourceFile:
      file.continue_without_custom_resource_state_config_file ?? options.continueWithoutCustomResourceFile,
    ...serving(options, file),
  }
}

/** What cannot change while the role runs. */
function serving(options: KubeStateOptions, file: OptionsFile) {
  const ms = (text: string | undefined, flag: number): number => (text === undefined ? flag : durationMs(text))
  return {
    kubeconfig: file.kubeconfig ?? options.kubeconfig,
    apiserver: file.apiserver ?? options.apiserver,
    pod: file.pod ?? options.pod,
    podNamespace: file.namespace ?? options.podNamespace,
    host: file.host ?? options.host,
    port: file.port ?? options.port,
    telemetryHost: file.telemetry_host ?? options.telemetryHost,
    telemetryPort: file.telemetry_port ?? options.telemetryPort,
    gzip: file.enable_gzip_encoding ?? options.gzip,
    tlsConfig: file.tls_config ?? options.tlsConfig,
    authFilter: file.auth_filter ?? options.authFilter,
    readTimeoutMs: ms(file.server_read_timeout, options.readTimeoutMs),
    writeTimeoutMs: ms(file.server_write_timeout, options.writeTimeoutMs),
    idleTimeoutMs: ms(file.server_idle_timeout, options.idleTimeoutMs),
    headerTimeoutMs: ms(file.server_read_header_timeout, options.headerTimeoutMs),
  }
}

class FlagReader {
  readonly #flags: FlagValues

  constructor(flags: FlagValues) {
    this.#flags = flags
  }

  text(name: string, byDefault = ''): string {
    return this.#flags[name] ?? byDefault
  }

  with<T>(name: string, parse: (text: string) => T, byDefault: T): T {
    const text = this.#flags[name]
    if (text === undefined) return byDefault
    try {
      return parse(text)
    } catch (error) {
      throw new OptionError(`--${name}=${text}: ${(error as Error).message}`, { cause: error })
    }
  }

  whole(name: string, byDefault: number): number {
    return this.with(name, wholeNumber, byDefault)
  }

  flag(name: string, byDefault = false): boolean {
    return this.with(name, truth, byDefault)
  }

  duration(name: string, byDefault: string): number {
    return this.with(name, durationMs, durationMs(byDefault))
  }
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error('not a whole number')
  return Number(text)
}

function truth(text: string): boolean {
  if (/^(1|t|true)$/i.test(text)) return true
  if (/^(0|f|false)$/i.test(text)) return false
  throw new Error('not true or false')
}

/** Go's spelling: `1m0s`, `1.5h`, `500ms`. */
function durationMs(text: string): number {
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)
  let ms = 0
  let read = ''
  for (const [part, count, unit] of parts) {
    ms += Number(count) * parseDuration(`1${unit}`)
    read += part
  }
  if (read !== text || text === '') throw new Error('not a duration such as 1m30s')
  return ms
}
