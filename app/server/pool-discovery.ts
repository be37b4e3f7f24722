import type { Discoveries, KubernetesSdConfig, PoolPlan } from '#lib/discovery'
import { kubernetesOwner, type PoolConfig, type TargetSets } from '#lib/scrape'

/** Which cluster serves an entry of `kubernetes_sd_configs`; undefined where none does. */
export type DiscoveriesOf = (config: KubernetesSdConfig) => Discoveries | undefined

/** Whether an entry means the cluster that this program finds by itself. */
export function isOwnCluster({ api_server: server, kubeconfig_file: file }: KubernetesSdConfig): boolean {
  return server === '' && file === ''
}

/** Lets discovery fill the pools that ask for it. */
export class PoolDiscovery implements Disposable {
  readonly #sets: TargetSets
  readonly #discoveriesOf: DiscoveriesOf
  /** What fills a pool now, by pool and configuration. */
  readonly #running = new Map<string, Disposable>()

  constructor(sets: TargetSets, discoveriesOf: DiscoveriesOf) {
    this.#sets = sets
    this.#discoveriesOf = discoveriesOf
  }

  /** What was asked for before goes on; a pool that is gone is filled no more. `onlyOf`: what alone a pool is told. */
  supply(pools: readonly PoolConfig[], onlyOf: (pool: string) => PoolPlan['only'] = () => undefined): void {
    const wanted = new Map<string, () => Disposable | undefined>()
    for (const { name, kubernetes = [] } of pools)
      for (const [i, config] of kubernetes.entries()) {
        const only = onlyOf(name)
        wanted.set(JSON.stringify([name, i, config, only]), () => this.#discover(name, i, config, only))
      }
    for (const [key, discovery] of this.#running) {
      if (wanted.has(key)) continue
      discovery[Symbol.dispose]()
      this.#running.delete(key)
    }
    for (const [key, open] of wanted) {
      const discovery = this.#running.has(key) ? undefined : open()
      if (discovery !== undefined) this.#running.set(key, discovery)
    }
  }

  [Symbol.dispose](): void {
    for (const discovery of this.#running.values()) discovery[Symbol.dispose]()
    this.#running.clear()
  }

  #discover(pool: string, i: number, config: KubernetesSdConfig, only: PoolPlan['only']): Disposable | undefined {
    return this.#discoveriesOf(config)?.discover(
      config,
      (groups, isComplete) => this.#sets.setGroups(pool, kubernetesOwner(i), groups, isComplete),
      only,
    )
  }
}
