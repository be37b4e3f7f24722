import type { ClusterOptions } from './cluster-options.ts'
import type { LogFormat, LogLevel } from '#lib/log'

/** What the command line asks of the server role. */
export interface ServerOptions {
  /** Whether this machine is watched as well (`up`). */
  readonly local: boolean
  readonly configFile: string | undefined
  readonly storagePath: string
  readonly retentionTime: string
  readonly retentionSize: string
  /** Of the disk; 0: no limit. */
  readonly retentionPercentage: number
  readonly minBlockDuration: string
  /** '' for a tenth of the retention, 31 days at most. */
  readonly maxBlockDuration: string
  readonly enableAdminApi: boolean
  readonly listenAddress: string
  readonly hostNames: readonly string[]
  /** Who may read: everyone; whom the cluster knows; `auto`: the latter in a pod that listens beyond loopback. */
  readonly auth: 'auto' | 'none' | 'kubernetes'
  /** Files of the serving certificate; '' for none. */
  readonly tlsCertFile: string
  readonly tlsKeyFile: string
  readonly tlsSelfSigned: boolean
  /** The data folder goes with the pod. */
  readonly ephemeral: boolean
  readonly scrapeInterval: string
  readonly queryTimeout: string
  readonly queryMaxConcurrency: number
  readonly queryMaxQueued: number
  readonly queryMaxSamples: number
  /** Such as `512MiB`; '' for an eighth of what the program may take. */
  readonly queryMaxMemory: string
  readonly queryLookbackDelta: string
  /** Names of Prometheus' feature flags. */
  readonly features: readonly string[]
  readonly maxSeries: number
  readonly dockerSocket: string
  readonly cluster: ClusterOptions
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
  /** node_exporter's flags, by name without dashes. */
  readonly collectorFlags: Readonly<Record<string, boolean | string | readonly string[]>>
  /** Every flag as it was given or defaulted, for status/flags. */
  readonly flags: Readonly<Record<string, string>>
  readonly version: {
    readonly version: string
    readonly revision: string
    readonly built: string
    readonly node: string
  }
}
