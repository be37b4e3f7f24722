import type { WatchState } from '#lib/kube'
import { isFatal, type CompiledEndpoint, type CompiledMonitor } from './compiled-monitor.ts'
import { ClusterSight } from './cluster-sight.ts'
import { explainMonitor, type MonitorReport, type SeenTargets } from './explain-monitor.ts'
import { monitorKinds } from './monitor-kinds.ts'
import type { ObjectStores } from './object-store.ts'
import { monitorRank, type PoolPlan, type RawScrapeConfig } from './pool-plan.ts'
import { reason, type Reason } from './reason.ts'
import { isSame } from './same.ts'
import { SecretValues } from './secret-values.ts'
import { fillSlots, secretReasons, slotsOf, type ReadSecret } from './secret-slots.ts'
import { StoreView } from './store-view.ts'

export interface MonitorsOptions {
  readonly readSecret: ReadSecret
  /** The namespaces whose Probe and ScrapeConfig objects are taken. */
  readonly probeNamespaces: readonly string[]
  /** Is told all pools whenever any of them changed. */
  onPlans(plans: readonly PoolPlan[]): void
  /** How often secrets are read again; default: every five minutes. */
  readonly secretsEveryMs?: number
}

/** More pools in one namespace are refused. */
const NAMESPACE_POOLS = 500

/** The monitor objects of a cluster: the pools that they ask for, and why they lead to no target. */
export class Monitors implements Disposable {
  private readonly options: MonitorsOptions
  private readonly stores: ObjectStores
  private readonly views: readonly StoreView<CompiledMonitor>[]
  private readonly secrets: SecretValues
  private readonly refusals = new Map<string, string>()
  private sight: ClusterSight | undefined
  private plans: readonly PoolPlan[] | undefined
  private byName = new Map<string, PoolPlan>()
  private overLimit = new Set<string>()
  private isScheduled = false
  private isOver = false

  constructor(stores: ObjectStores, options: MonitorsOptions) {
    this.stores = stores
    this.options = options
    const plan = (): void => this.schedule()
    this.secrets = new SecretValues(options.readSecret, plan, options.secretsEveryMs ?? 300_000)
    this.views = monitorKinds.map(
      (kind) => new StoreView(stores, kind, { namespaces: undefined }, { changed: plan, state: plan }),
    )
    this.schedule()
  }

  /** Kinds of monitors that cannot be read; where a definition does not exist there are no such objects. */
  get troubles(): WatchState[] {
    return this.views.flatMap((view) => view.troubles).filter(({ phase }) => phase !== 'absent')
  }

  /** A pool that was refused by whoever checks scrape configs, with the text; '' where it was taken. */
  refuse(pool: string, text: string): void {
    if (text === '') this.refusals.delete(pool)
    else this.refusals.set(pool, text)
  }

  /** What became of each endpoint of each monitor, and why where it came to nothing. */
  explain(seen: SeenTargets): MonitorReport[] {
    return this.all().flatMap((monitor) => this.explainOne(monitor, seen))
  }

  [Symbol.dispose](): void {
    this.isOver = true
    this.secrets[Symbol.dispose]()
    this.sight?.[Symbol.dispose]()
    for (const view of this.views) view[Symbol.dispose]()
  }

  private all(): CompiledMonitor[] {
    return this.views.flatMap((view) => [...view.all()])
  }

  private schedule(): void {
    if (this.isScheduled || this.isOver) return
    this.isScheduled = true
    setImmediate(() => this.update())
  }

  private update(): void {
    this.isScheduled = false
    if (this.isOver || !this.views.every((view) => view.isSettled)) return
    const monitors = this.all()
    if (monitors.length > 0) this.sight ??= new ClusterSight(this.stores)
    this.secrets.want(monitors.flatMap((monitor) => this.endpointsOf(monitor).flatMap(({ config }) => slotsOf(config))))
    const before = this.plans
    const plans = this.limited(monitors.flatMap((monitor) => this.plansOf(monitor))).map((plan) => this.kept(plan))
    if (before?.length === plans.length && plans.every((plan, i) => plan === before[i])) return
    this.plans = plans
    this.byName = new Map(plans.map((plan) => [plan.name, plan]))
    this.options.onPlans(plans)
  }

  /** A plan that is as it was is the same object. */
  private kept(plan: PoolPlan): PoolPlan {
    const before = this.byName.get(plan.name)
    const kept = before && isSame(before, plan) ? before : plan
    this.byName.set(plan.name, kept)
    return kept
  }

  /** Endpoints without a fatal problem, of an object that is taken. */
  private endpointsOf(monitor: CompiledMonitor): readonly CompiledEndpoint[] {
    if (monitor.problems.some(isFatal) || this.isLeftOut(monitor)) return []
    return monitor.endpoints.filter(({ problems }) => !problems.some(isFatal))
  }

  private isLeftOut({ kind, namespace }: CompiledMonitor): boolean {
    if (kind === 'ServiceMonitor' || kind === 'PodMonitor') return false
    return !this.options.probeNamespaces.includes(namespace)
  }

  private plansOf(monitor: CompiledMonitor): PoolPlan[] {
    const { kind, namespace, name } = monitor
    return this.endpointsOf(monitor).map((endpoint) => ({
      name: endpoint.pool,
      scrapeConfig: this.configOf(endpoint),
      origin: { kind, namespace, name, index: monitor.endpoints.indexOf(endpoint) },
      untrusted: true,
      optional: false,
      credentials: 'none',
      blocked: this.missingSecrets(endpoint),
      ...(monitor.selector && monitor.selector.length > 0 ? { only: { labels: monitor.selector } } : {}),
      rank: monitorRank,
    }))
  }

  /** Half of its credentials is no configuration: a pool that is only listed has none. */
  private configOf(endpoint: CompiledEndpoint): RawScrapeConfig {
    const { tls_config: _, basic_auth: __, authorization: ___, oauth2: ____, ...rest } = endpoint.config
    if (this.missingSecrets(endpoint).length > 0) return rest
    return fillSlots(endpoint.config, this.secrets.answers) as RawScrapeConfig
  }

  private missingSecrets({ config }: CompiledEndpoint): Reason[] {
    return secretReasons(slotsOf(config), this.secrets.answers)
  }

  private limited(plans: PoolPlan[]): PoolPlan[] {
    const counts = new Map<string, number>()
    this.overLimit = new Set()
    return plans.filter(({ name, origin }) => {
      const count = (counts.get(origin.namespace) ?? 0) + 1
      counts.set(origin.namespace, count)
      if (count > NAMESPACE_POOLS) this.overLimit.add(name)
      return count <= NAMESPACE_POOLS
    })
  }

  private explainOne(monitor: CompiledMonitor, seen: SeenTargets): MonitorReport[] {
    const { kind, namespace, name } = monitor
    if (monitor.endpoints.length === 0 || this.isLeftOut(monitor)) {
      const reasons = this.isLeftOut(monitor) ? [notSelected(namespace)] : monitor.problems
      return [{ kind, namespace, name, index: 0, pool: '', targets: 0, dropped: 0, reasons }]
    }
    return monitor.endpoints.map((endpoint, index) => {
      const known = [...monitor.problems, ...endpoint.problems, ...this.refusalsOf(endpoint)]
      const found = explainMonitor(monitor, endpoint, known, seen, this.sight)
      return { kind, namespace, name, index, pool: endpoint.pool, ...found }
    })
  }

  private refusalsOf(endpoint: CompiledEndpoint): Reason[] {
    const text = this.refusals.get(endpoint.pool)
    return [
      ...this.missingSecrets(endpoint),
      ...(text === undefined ? [] : [reason('invalid', { field: '', text })]),
      ...(this.overLimit.has(endpoint.pool) ? [reason('too-large', { field: 'pools', limit: NAMESPACE_POOLS })] : []),
    ]
  }
}

function notSelected(namespace: string): Reason {
  return reason('namespace-not-selected', { namespace }, [{ id: 'select-namespace', facts: { namespace } }])
}
