import { join } from 'node:path'
import {
  type AccessNote,
  ClusterModel,
  type ClusterProblem,
  type ClusterStatus,
  findClusterProblems,
  type KubeletAccess,
} from '#lib/cluster'
import {
  annotationPlans,
  type ClusterShape,
  ClusterShapeWatch,
  ClusterSight,
  defaultPlans,
  Discoveries,
  Monitors,
  type Subscribe,
} from '#lib/discovery'
import {
  type ClusterAccess,
  ClusterWatch,
  discover,
  type OpenKubeApi,
  openKubeApi,
  PinFile,
  resourceName,
  resources,
  type Subscription,
} from '#lib/kube'
import { defaultSettings, KubeState } from '#lib/kube-state'
import type { Logger } from '#lib/log'
import { defaultPoolOptions, type PoolConfig, type Route, type TargetSets } from '#lib/scrape'
import type { TelemetryFamily } from '#lib/telemetry'
import type { Asked } from './ask.ts'
import { addClusterBodies, KUBE_STATE_SOURCE, METRICS_API_SOURCE } from './cluster-bodies.ts'
import type { ClusterOptions } from './cluster-options.ts'
import { ClusterReach } from './cluster-reach.ts'
import { assumedRights, type ClusterRights, readRights } from './cluster-rights.ts'
import { clusterRoute } from './cluster-route.ts'
import { secretReader } from './cluster-secrets.ts'
import { type ApiServerHealth, healthOf, statusOf } from './cluster-status.ts'
import { type AccountFiles, ClusterTargets } from './cluster-targets.ts'
import { SdClusters } from './sd-clusters.ts'
import type { LocalBodies } from './local-bodies.ts'

export interface ClusterParts {
  readonly access: ClusterAccess
  readonly options: ClusterOptions
  readonly log: Logger
  readonly bodies: LocalBodies
  readonly sets: TargetSets
  /** Pools that do not come from the cluster. */
  readonly others: () => readonly PoolConfig[]
  /** Where pins are kept. */
  readonly folder: string
  readonly stop: AbortSignal
  readonly sdClusters: SdClusters
  ask(expr: string): Promise<Asked[]>
}

const LOOK_MS = 5000
const RIGHTS_AGAIN_MS = 300_000
/** Soon after the start it is looked often, as charts wait for it. */
const CADVISOR_MS = 60_000
const EARLY_MS = 120_000
const METRICS_API_MS = 30_000

/** The watch over one cluster: its objects, its state as metrics, its targets, and what is wrong with it. */
export class Cluster implements AsyncDisposable {
  readonly model = new ClusterModel()
  readonly targets: ClusterTargets
  readonly monitors: Monitors
  readonly discoveries: Discoveries
  /** What explanations look at. */
  readonly sight: ClusterSight
  readonly #parts: ClusterParts
  readonly #api: OpenKubeApi
  readonly #watch: ClusterWatch
  readonly #kubeState: KubeState
  readonly #reach: ClusterReach
  readonly #stack: AsyncDisposableStack
  #rights: ClusterRights
  #rightsMs = Date.now()
  #version = ''
  #lookedNodes = -1
  #lookedMs = 0
  #apiServerAddress: string | undefined
  #isEks = false
  #shape: Pick<ClusterShape, 'controlPlaneNodes' | 'podComponents'> = {
    controlPlaneNodes: [],
    podComponents: new Set(),
  }
  #resourceNodes: readonly string[] = []
  /** Whether a node's cAdvisor names containers, where its body came through this thread. */
  readonly #cadvisors = new Map<string, boolean>()

  private constructor(
    parts: ClusterParts,
    api: OpenKubeApi,
    rights: ClusterRights,
    ca: string,
    stack: AsyncDisposableStack,
  ) {
    const { access, options, log, bodies, sets } = parts
    this.#parts = parts
    this.#api = api
    this.#rights = rights
    this.#stack = stack
    this.#watch = stack.use(new ClusterWatch({ api, log }))
    const isInPod = access.identity.source === 'pod'
    const subscribe: Subscribe = (subscription, sink) => this.#watch.subscribe(this.#narrowed(subscription), sink)
    this.#subscribeModel(subscribe)
    const settings = { ...defaultSettings, namespaces: rights.namespaces }
    this.#kubeState = stack.use(
      new KubeState({ subscribe }, settings, (message) => log.warn({ message }, 'kube-state')),
    )
    addClusterBodies(bodies, {
      api,
      kubeState: this.#kubeState,
      namespaces: () => this.#rights.namespaces,
      onCadvisor: (node, names) => this.#noteCadvisor(node, names),
    })
    this.#reach = new ClusterReach({
      model: this.model,
      rights: () => this.#rights,
      ca: ca === '' ? undefined : ca,
      pins: isInPod ? new PinFile(join(parts.folder, 'kubelet-pins.json')) : undefined,
      isInPod,
      onChange: () => {
        sets.refreshRoutes()
        this.targets.update()
      },
    })
    this.discoveries = new Discoveries(subscribe, { ownNamespace: access.identity.namespace })
    this.sight = stack.use(new ClusterSight(this.discoveries.stores))
    this.targets = stack.use(
      new ClusterTargets({
        log,
        discoveriesOf: (config) => (SdClusters.isOwn(config) ? this.discoveries : parts.sdClusters.of(config)),
        sets,
        intervalMs: options.intervalMs,
        account: accountOf(access),
        others: parts.others,
        own: () => this.#ownPools(),
        onChecked: (pool, mistake) => this.monitors.refuse(pool, mistake),
      }),
    )
    this.monitors = stack.use(
      new Monitors(this.discoveries.stores, {
        readSecret: secretReader(api),
        probeNamespaces: options.scrapeConfigNamespaces,
        onPlans: (plans) => this.targets.setPlans('monitors', plans),
      }),
    )
    this.targets.setPlans('annotations', annotationPlans())
    stack.use(
      new ClusterShapeWatch(this.discoveries.stores, (shape) => {
        this.#shape = shape
        this.#planDefaults()
      }),
    )
    this.#watch.start()
    this.every(500, () => this.#look())
    const startedMs = Date.now()
    let lookedMs = 0
    this.every(1000, async () => {
      const sinceMs = Date.now() - lookedMs
      if (sinceMs < CADVISOR_MS && (Date.now() - startedMs > EARLY_MS || sinceMs < 2000)) return
      lookedMs = Date.now()
      await this.#findSilentCadvisors()
    })
  }

  /** Opens the way to the cluster. An API server that does not answer now is waited for. */
  static async open(parts: ClusterParts): Promise<Cluster> {
    const { access, options, log, stop } = parts
    const stack = new AsyncDisposableStack()
    const api = stack.use(openKubeApi(access))
    let rights = assumedRights(options.namespaces)
    try {
      rights = await readRights(api, options.namespaces, stop)
    } catch (error) {
      log.warn({ why: (error as Error).message }, 'the cluster cannot be asked for our rights now')
    }
    const ca = await api.credential().then(
      (credential) => credential.ca,
      () => '', // told by the watches, which need it as well
    )
    return new Cluster(parts, api, rights, ca, stack)
  }

  /** Decides how targets are reached; for TargetSets. */
  readonly route: Route = (target) =>
    clusterRoute(target, {
      plan: this.targets.planOf(target.pool),
      blocked: this.targets.blocked(target.pool),
      isInPod: this.#parts.access.identity.source === 'pod',
      reach: this.#reach,
      apiServerAddress: (asks) => (this.#apiServerAddress ??= asks),
    })

  status(): ClusterStatus {
    return statusOf(this.#api.identity, this.#version, this.health(), this.#notes())
  }

  health(): ApiServerHealth {
    return healthOf(this.#watch.states(), this.#api.identity, Date.now())
  }

  /** What is wrong, as the objects tell it and as they are reached. */
  problems(kubelets: readonly KubeletAccess[]): ClusterProblem[] {
    const { unreachable, login, throttled } = this.health()
    const extra = {
      kubelets: [...kubelets, ...this.#reach.refused()],
      unreachable,
      login,
      throttled,
      isSynced: this.model.synced,
      isComplete: (resource: string) => this.model.isComplete(resource),
    }
    return findClusterProblems(this.model.records, { nowMs: Date.now(), extra })
  }

  /** Whether the kubelet of the machine with this boot is scraped: then its containers are told of by it. */
  tellsOf(bootId: string, scraped: ReadonlySet<string>): boolean {
    for (const node of this.model.records.nodes.values())
      if (node.bootId === bootId && bootId !== '' && scraped.has(node.name)) return true
    return false
  }

  telemetry(): TelemetryFamily[] {
    return [...this.#api.telemetry(), ...this.#watch.telemetry()]
  }

  /** Does something now and again until the cluster is closed; a failure is repeated work, no more. */
  every(ms: number, work: () => Promise<void>): void {
    let isBusy = false
    const tick = async () => {
      if (isBusy || this.#parts.stop.aborted) return
      isBusy = true
      try {
        await work()
      } catch (error) {
        this.#parts.log.debug({ why: (error as Error).message }, 'a look at the cluster failed; it is repeated')
      }
      isBusy = false
    }
    const timer = setInterval(() => void tick(), ms)
    this.#stack.defer(() => clearInterval(timer))
    void tick()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }

  /** A user of a few namespaces lists there alone. */
  #narrowed(subscription: Subscription): Subscription {
    const { namespaces } = this.#rights
    const isNarrow = namespaces.length > 0 && subscription.resource.namespaced
    return isNarrow && (subscription.namespaces ?? []).length === 0 ? { ...subscription, namespaces } : subscription
  }

  #subscribeModel(subscribe: Subscribe): void {
    const byName = new Map(Object.values(resources).map((resource) => [resourceName(resource), resource]))
    for (const { resource, fieldSelector, sink } of this.model.sinks()) {
      const known = byName.get(resource)
      if (known === undefined) throw new Error(`bug: no resource ${resource}`)
      this.#stack.use(subscribe({ resource: known, ...(fieldSelector === undefined ? {} : { fieldSelector }) }, sink))
    }
  }

  #planDefaults(): void {
    const shape: ClusterShape = {
      ...this.#shape,
      resourceNodes: this.#resourceNodes,
      isEks: this.#isEks,
      trustsControlPlane: this.#parts.access.identity.source === 'pod',
    }
    this.targets.setPlans('defaults', defaultPlans(shape))
  }

  #ownPools(): PoolConfig[] {
    const { intervalMs } = this.#parts.options
    const pool = (name: string, source: string, everyMs: number): PoolConfig => ({
      name,
      groups: [],
      options: { ...defaultPoolOptions, intervalMs: everyMs, timeoutMs: Math.min(everyMs, 10_000), honorLabels: true },
      local: [{ source, address: this.#api.identity.cluster, labels: {} }],
    })
    const own = [pool('kube-state-metrics', KUBE_STATE_SOURCE, intervalMs)]
    return this.#reach.isBlind ? [...own, pool('metrics-api', METRICS_API_SOURCE, METRICS_API_MS)] : own
  }

  #notes(): AccessNote[] {
    const notices = this.#api.notices.map((text): AccessNote => ({
      subject: 'login',
      level: 'warning',
      text,
      remedy: '',
    }))
    const { namespaces, missing } = this.#rights
    if (namespaces.length > 0 && this.#parts.options.namespaces.length === 0) {
      const text = `Only ${namespaces.join(', ')} is watched: ${this.#api.identity.user} may not ${missing[0]}.`
      const remedy = 'Name other namespaces with --kube.namespace, or grant the verbs list and watch everywhere.'
      notices.push({ subject: 'namespaces', level: 'warning', text, remedy })
    }
    return [...notices, ...this.#reach.notes()]
  }

  async #look(): Promise<void> {
    const { nodes } = this.model.records
    const isNew = nodes.size !== this.#lookedNodes
    if (!isNew && Date.now() - this.#lookedMs < LOOK_MS) return
    this.#lookedNodes = nodes.size
    this.#lookedMs = Date.now()
    await this.#reach.look()
    if (this.#version === '') await this.#readServer()
    if (Date.now() - this.#rightsMs < RIGHTS_AGAIN_MS) return
    this.#rightsMs = Date.now()
    const rights = await readRights(this.#api, this.#parts.options.namespaces, this.#parts.stop)
    // Which namespaces are watched was decided at the start.
    this.#rights = { ...rights, namespaces: this.#rights.namespaces }
  }

  async #readServer(): Promise<void> {
    const kinds = await discover(this.#api, this.#parts.stop)
    this.#version = kinds.version
    this.#isEks = kinds.versions({ group: 'metrics.eks.amazonaws.com', plural: 'ksh' }).length > 0
    if (this.#isEks) this.#planDefaults()
  }

  #noteCadvisor(node: string, namesContainers: boolean): void {
    if (this.#cadvisors.get(node) === namesContainers) return
    this.#cadvisors.set(node, namesContainers)
    void this.#findSilentCadvisors()
  }

  /** Nodes whose kubelet tells of no container at /metrics/cadvisor: /metrics/resource is asked there. */
  async #findSilentCadvisors(): Promise<void> {
    const silent = await this.#parts.ask(
      'up{job="kubelet",metrics_path="/metrics/cadvisor"} == 1 unless on (node) group by (node) (container_cpu_usage_seconds_total{job="kubelet",metrics_path="/metrics/cadvisor",container!=""})',
    )
    const seen = new Set(this.#cadvisors.keys())
    const silentSeen = [...this.#cadvisors].filter(([, names]) => !names).map(([node]) => node)
    const busy = new Set(
      [...this.model.records.pods.values()].flatMap((pod) => (pod.phase === 'Running' ? pod.node : [])),
    )
    const silentAsked = silent.map(({ labels }) => labels.node ?? '').filter((node) => !seen.has(node))
    const nodes = [...silentAsked, ...silentSeen].filter((node) => busy.has(node)).toSorted()
    if (nodes.join(' ') === this.#resourceNodes.join(' ')) return
    this.#resourceNodes = nodes
    this.#planDefaults()
  }
}

function accountOf({ identity, token, ca }: ClusterAccess): AccountFiles | undefined {
  if (identity.source !== 'pod' || token === undefined || !('file' in token)) return undefined
  return { token: token.file, ca: ca !== undefined && 'file' in ca ? ca.file : '' }
}
