import type { GroupFilter } from './group-filter.ts'
import type { Reason } from './reason.ts'

/** One entry of `scrape_configs`, with the keys of a `prometheus.yml`; checked by whoever makes a pool of it. */
export type RawScrapeConfig = Readonly<Record<string, unknown>>

/** What asked for a pool. */
export interface PoolOrigin {
  readonly kind: 'ServiceMonitor' | 'PodMonitor' | 'Probe' | 'ScrapeConfig' | 'annotations' | 'default'
  /** Empty for what no object asked for. */
  readonly namespace: string
  readonly name: string
  /** Which of the object's endpoints. */
  readonly index: number
}

/** A pool that the cluster asks for. */
export interface PoolPlan {
  /** Also the job_name: `serviceMonitor/NAMESPACE/NAME/INDEX`. */
  readonly name: string
  readonly scrapeConfig: RawScrapeConfig
  readonly origin: PoolOrigin
  /** Written by someone who may not read our files or reach our loopback. */
  readonly untrusted: boolean
  /** What cannot be reached is no trouble by itself. */
  readonly optional: boolean
  /** `cluster`: our own credential for the API server may be shown to its targets. */
  readonly credentials: 'none' | 'cluster'
  /** Where not empty, its targets are listed with these reasons and not scraped. */
  readonly blocked: readonly Reason[]
  /** What discovery need not tell, as the rules would drop it; to be handed to `Discoveries.discover`. */
  readonly only?: GroupFilter
  /** Pools of a higher rank keep a target that pools of a lower one lead to as well. */
  readonly rank: number
}

/** Objects that were written for monitoring stand above what is found by default. */
export const monitorRank = 2
export const annotationRank = 1
export const defaultRank = 0
