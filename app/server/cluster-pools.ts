import { defaultPoolOptions, type PoolConfig } from '#lib/scrape'
import { KUBE_STATE_SOURCE, METRICS_API_SOURCE } from './cluster-bodies.ts'
import { METRICS_API_POOL } from './cluster-options.ts'

/** The API server answers for metrics.k8s.io no more often than this: metrics-server looks every 15 s itself. */
const METRICS_API_MS = 30_000

/** Which bodies we make. */
export interface OwnBodies {
  /** Kubelets cannot be read: metrics.k8s.io is asked. */
  readonly isBlind: boolean
  /** The state of the cluster is made here. */
  readonly hasState: boolean
}

/** The pools of bodies that we make ourselves of a cluster: its state, and where kubelets cannot be read its use. */
export function ownPools(cluster: string, intervalMs: number, { isBlind, hasState }: OwnBodies): PoolConfig[] {
  const pool = (name: string, source: string, everyMs: number): PoolConfig => ({
    name,
    groups: [],
    options: { ...defaultPoolOptions, intervalMs: everyMs, timeoutMs: Math.min(everyMs, 10_000), honorLabels: true },
    local: [{ source, address: cluster, labels: {} }],
  })
  const own = hasState ? [pool('kube-state-metrics', KUBE_STATE_SOURCE, intervalMs)] : []
  return isBlind ? [...own, pool(METRICS_API_POOL, METRICS_API_SOURCE, METRICS_API_MS)] : own
}
