import type { MetricFamily } from '#lib/exposition'
import type { FlagSpec, FlagValues } from './flags.ts'
import type { Probe } from './probe.ts'

/** What a collector works with: where the machine's files are, the flags, and the way to ask what may hang. */
export interface CollectContext {
  readonly procfs: string
  /** The folder of the machine's network: of its first process where another procfs than our own is read. */
  readonly netfs: string
  /** '' for the name that the kernel gives. */
  readonly nodeName: string
  readonly sysfs: string
  readonly rootfs: string
  readonly udevData: string
  readonly flags: FlagValues
  /** Calls that can hang in the kernel go through it. */
  readonly probe: Probe
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly isEnabled: (collector: string) => boolean
}

/** One collector of node_exporter: a name that users know from `--collector.<name>` and what it gives. */
export interface Collector {
  readonly name: string
  readonly description: string
  readonly enabledByDefault: boolean
  readonly flags: readonly FlagSpec[]
  /** Called once per `NodeCollectors`; what it returns is called for each answer. */
  open(context: CollectContext): () => MetricFamily[] | Promise<MetricFamily[]>
}

/** The machine does not have what the collector reports: not a failure to log, but no success either. */
export class NoDataError extends Error {
  readonly code = 'no_data'
}

/** A part of what the collector reports could not be read: the rest is given, but the collector did not succeed. */
export class PartialDataError extends Error {
  readonly code = 'partial_data'
  readonly families: readonly MetricFamily[]
  constructor(message: string, families: readonly MetricFamily[]) {
    super(message)
    this.families = families
  }
}
