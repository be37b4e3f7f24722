import type { RawPart } from './monitor-http.ts'
import type { PoolOrigin } from './pool-plan.ts'
import type { Reason } from './reason.ts'
import type { MetaRecord } from './records.ts'
import type { LabelRequirement } from '#lib/kube'

/** A monitor object, read: what it asks for and what is wrong with it. Nothing else of it is kept. */
export interface CompiledMonitor extends MetaRecord {
  readonly kind: Exclude<PoolOrigin['kind'], 'annotations' | 'default'>
  /** Undefined: those of all namespaces. */
  readonly namespaces: readonly string[] | undefined
  /** Which services, pods or ingresses it selects; undefined where it names its targets itself. */
  readonly selector: readonly LabelRequirement[] | undefined
  readonly endpoints: readonly CompiledEndpoint[]
  /** What is wrong with the object as a whole. */
  readonly problems: readonly Reason[]
}

/** One endpoint of a monitor: one pool. */
export interface CompiledEndpoint {
  readonly pool: string
  /** Values of secrets are slots. */
  readonly config: RawPart
  readonly port: WantedPort | undefined
  /** Pods that have ended are left out. */
  readonly onlyRunning: boolean
  /** How many of the relabelling rules are ours; those after them were written by the object's author. */
  readonly ownRules: number
  readonly problems: readonly Reason[]
}

/** Which port an endpoint asks for. */
export interface WantedPort {
  readonly by: 'service-port' | 'container-port-name' | 'container-port-number'
  readonly value: string
}

/** Which of the problems leave an endpoint without a pool: all but those that only leave something out. */
export function isFatal({ id }: Reason): boolean {
  return id !== 'unsupported'
}
