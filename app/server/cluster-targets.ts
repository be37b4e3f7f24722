import { parsePool } from '#lib/config'
import type { ClusterAccess } from '#lib/kube'
import type { PoolPlan, RawScrapeConfig } from '#lib/discovery'
import type { Logger } from '#lib/log'
import type { DropReason, PoolConfig, TargetSets } from '#lib/scrape'
import { type DiscoveriesOf, PoolDiscovery } from './pool-discovery.ts'

/** The files of a pod's service account: they are read by whoever scrapes, and again when they change. */
export interface AccountFiles {
  readonly token: string
  readonly ca: string
}

export interface ClusterTargetsParts {
  readonly log: Logger
  readonly discoveriesOf: DiscoveriesOf
  readonly sets: TargetSets
  readonly intervalMs: number
  /** In a pod: what is shown to targets of the cluster itself. */
  readonly account: AccountFiles | undefined
  /** The pools that do not come from the cluster: this machine's and the configuration file's. */
  readonly others: () => readonly PoolConfig[]
  /** Pools of our own bodies, such as kube-state's. */
  readonly own: () => readonly PoolConfig[]
  /** Is told whether a plan could be made a pool: '' or the mistake. */
  onChecked(pool: string, mistake: string): void
}

/** Which plans there are, by who made them. */
export type PlanOwner = 'defaults' | 'annotations' | 'monitors'

interface MadePool {
  readonly plan: PoolPlan
  readonly pool: PoolConfig
}

/** Turns the plans of a cluster into pools, and lets discovery fill them. */
export class ClusterTargets implements Disposable {
  readonly #parts: ClusterTargetsParts
  readonly #plans = new Map<PlanOwner, readonly PoolPlan[]>()
  #made = new Map<string, MadePool>()
  readonly #filling: PoolDiscovery
  #isScheduled = false
  #isOver = false

  constructor(parts: ClusterTargetsParts) {
    this.#parts = parts
    this.#filling = new PoolDiscovery(parts.sets, parts.discoveriesOf)
    this.update()
  }

  setPlans(owner: PlanOwner, plans: readonly PoolPlan[]): void {
    this.#plans.set(owner, plans)
    this.update()
  }

  /** Takes the pools as they are now, once the current event is over. */
  update(): void {
    if (this.#isScheduled || this.#isOver) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      if (!this.#isOver) this.#apply()
    })
  }

  planOf(pool: string): PoolPlan | undefined {
    return this.#made.get(pool)?.plan
  }

  /** Pools whose targets are tried, and are no trouble by themselves when they cannot be reached. */
  optionalPools(): string[] {
    return [...this.#made.values()].filter(({ plan }) => plan.optional).map(({ plan }) => plan.name)
  }

  /** Why the targets of a pool are listed and not scraped. */
  blocked(pool: string): DropReason | undefined {
    const [first] = this.planOf(pool)?.blocked ?? []
    if (first === undefined) return undefined
    const facts = Object.entries(first.facts).map(([name, fact]) => [
      name,
      typeof fact === 'number' ? fact : String(fact),
    ])
    return { id: first.id, facts: Object.fromEntries(facts) as DropReason['facts'] }
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    this.#filling[Symbol.dispose]()
  }

  #apply(): void {
    this.#made = new Map([...this.#plans.values()].flat().flatMap((plan) => this.#make(plan)))
    const others = [...this.#parts.others(), ...this.#parts.own()]
    const pools = [...others, ...[...this.#made.values()].map(({ pool }) => pool)]
    this.#parts.sets.setPools(pools)
    this.#filling.supply(pools, (pool) => this.planOf(pool)?.only)
  }

  #make(plan: PoolPlan): [string, MadePool][] {
    const known = this.#made.get(plan.name)
    if (known?.plan === plan) return [[plan.name, known]]
    const { intervalMs } = this.#parts
    try {
      const raw = plan.credentials === 'cluster' ? withAccount(plan, this.#parts.account) : plan.scrapeConfig
      const pool = parsePool(raw, { scrape_interval: intervalMs, scrape_timeout: Math.min(10_000, intervalMs) })
      this.#parts.onChecked(plan.name, '')
      return [[plan.name, { plan, pool: ranked(plan, pool) }]]
    } catch (error) {
      const { message } = error as Error
      this.#parts.log.warn(
        { pool: plan.name, why: message },
        'an object of the cluster asks for what cannot be scraped',
      )
      this.#parts.onChecked(plan.name, message)
      return []
    }
  }
}

function ranked({ untrusted, rank, origin }: PoolPlan, pool: PoolConfig): PoolConfig {
  return { ...pool, rank, namespace: origin.namespace, options: { ...pool.options, untrusted } }
}

function withAccount({ name, scrapeConfig }: PoolPlan, account: AccountFiles | undefined): RawScrapeConfig {
  if (account === undefined) return scrapeConfig
  // Every API server's certificate has this name; its address may be one that the certificate does not know.
  const server = name === 'apiserver' || name.startsWith('eks-') ? { server_name: 'kubernetes' } : {}
  const tls = { ...(account.ca === '' ? {} : { ca_file: account.ca }), ...server }
  return { ...scrapeConfig, authorization: { credentials_file: account.token }, tls_config: tls }
}

/** The files of a pod's service account; undefined with a kubeconfig. */
export function accountOf({ identity, token, ca }: ClusterAccess): AccountFiles | undefined {
  if (identity.source !== 'pod' || token === undefined || !('file' in token)) return undefined
  return { token: token.file, ca: ca !== undefined && 'file' in ca ? ca.file : '' }
}

/**
 * Scheduler and controller-manager want to know who asks (decision 6): a pod shows its token, over certificates that are
 * verified or pinned; of a kubeconfig only a client certificate is shown, which nobody can use who sees it.
 */
export function trustsControlPlane({ identity, token, cert, basic, exec, impersonation }: ClusterAccess): boolean {
  if (identity.source === 'pod') return true
  const isSecret = token !== undefined || basic !== undefined || exec !== undefined
  return cert !== undefined && !isSecret && Object.keys(impersonation).length === 0
}
