import { join } from 'node:path'
import {
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
  type FoundShape,
  Monitors,
  ownJobPlans,
} from '#lib/discovery'
import {
  type ClusterAccess,
  type ClusterRights,
  ClusterWatch,
  ConfigMapPins,
  discover,
  type KubeApi,
  type OpenKubeApi,
  openKubeApi,
  PinFile,
  type PinStore,
  type Resource,
  resourceName,
  RightsWatch,
  ScopedWatch,
  type ServerHealth,
  serverHealth,
  ServerProbe,
} from '#lib/kube'
import { defaultSettings, KubeState } from '#lib/kube-state'
import type { Logger } from '#lib/log'
import type { PoolConfig, Route, TargetSets } from '#lib/scrape'
import type { TelemetryFamily } from '#lib/telemetry'
import type { Asked } from './ask.ts'
import { CadvisorWatch } from './cadvisor-watch.ts'
import { addClusterBodies } from './cluster-bodies.ts'
import { accessNotes } from './cluster-notes.ts'
import type { ClusterOptions } from './cluster-options.ts'
import { ownPools } from './cluster-pools.ts'
import { ClusterReach } from './cluster-reach.ts'
import { clusterRoute } from './cluster-route.ts'
import { secretReader } from './cluster-secrets.ts'
import { statusOf } from './cluster-status.ts'
import { accountOf, ClusterTargets, trustsControlPlane } from './cluster-targets.ts'
import type { LocalBodies } from './local-bodies.ts'
import { type DiscoveriesOf, isOwnCluster } from './pool-discovery.ts'
import { Repeats } from './repeats.ts'
import { watchModel } from './watch-model.ts'

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
  /** Serves entries of `kubernetes_sd_configs` that name a cluster themselves. */
  readonly otherClusters: DiscoveriesOf
  ask(expr: string): Promise<Asked[]>
}

/** So long what we may do is waited for before everything is asked for: an API server may be slow, or away. */
const RIGHTS_WAIT_MS = 2000
const LOOK_MS = 5000
const SERVER_MS = 300_000
/** Ways of many nodes change together. */
const REFRESH_MS = 100

/** The watch over one cluster: its objects, its state as metrics, its targets, and what is wrong with it. */
export class Cluster implements AsyncDisposable {
  readonly model = new ClusterModel()
  readonly targets: ClusterTargets
  readonly monitors: Monitors
  readonly discoveries: Discoveries
  /** What explanations look at. */
  readonly sight: ClusterSight
  /** What is looked at now and again while the cluster is watched. */
  readonly repeats: Repeats
  readonly #parts: ClusterParts
  readonly #stack = new AsyncDisposableStack()
  readonly #api: OpenKubeApi
  readonly #watch: ClusterWatch
  readonly #scoped: ScopedWatch
  readonly #rights: RightsWatch
  readonly #reach: ClusterReach
  readonly #probe: ServerProbe
  #version = ''
  #serverMs = -Infinity
  #isEks = false
  #shape: FoundShape = { controlPlaneNodes: [], podComponents: new Set() }
  #resourceNodes: readonly string[] = []
  #metricsApiFailure = ''
  #apiServerAddress: string | undefined
  #refresh: NodeJS.Timeout | undefined

  /** Opens the way to the cluster and waits for nothing: an API server that does not answer now is waited for later. */
  constructor(parts: ClusterParts) {
    const { access, log, options } = parts
    this.#parts = parts
    const stack = this.#stack
    this.#api = stack.use(openKubeApi(access))
    this.repeats = stack.use(new Repeats(log))
    this.#watch = stack.use(new ClusterWatch({ api: this.#api, log }))
    this.#scoped = new ScopedWatch(this.#watch)
    stack.use(watchModel(this.model, this.#scoped.subscribe))
    this.#reach = this.#openReach()
    this.#probe = new ServerProbe(this.#api, () => this.#recheck('waiting'))
    const kubeState = options.stateFromPods ? undefined : stack.use(this.#openState())
    this.discoveries = new Discoveries(this.#scoped.subscribe, { ownNamespace: access.identity.namespace })
    this.sight = stack.use(new ClusterSight(this.discoveries.stores))
    this.targets = stack.use(this.#openTargets())
    this.monitors = stack.use(this.#openMonitors())
    this.targets.setPlans('annotations', annotationPlans())
    stack.use(new ClusterShapeWatch(this.discoveries.stores, (shape) => this.#plan((this.#shape = shape))))
    stack.defer(() => clearTimeout(this.#refresh))
    this.#watch.start()
    this.#rights = stack.use(this.#openRights())
    this.#addBodies(kubeState)
    this.#lookAround()
  }

  /** The API server, as whoever we are. */
  get api(): KubeApi {
    return this.#api
  }

  /** Decides how targets are reached; for TargetSets. */
  readonly route: Route = (target) =>
    clusterRoute(target, {
      plan: this.targets.planOf(target.pool),
      blocked: this.targets.blocked(target.pool),
      isInPod: this.#isInPod,
      reach: this.#reach,
      controlPlane: this.#shape.controlPlaneNodes,
      apiServerAddress: (asks) => (this.#apiServerAddress ??= asks),
    })

  status(): ClusterStatus {
    const { identity, notices } = this.#api
    const { proxyIntervalMs, podsWay, podsWhy, isBlind } = this.#reach
    const notes = accessNotes({
      user: identity.user,
      notices,
      rights: this.#rights.rights,
      isNarrowedByFlag: this.#parts.options.namespaces.length > 0,
      kubelets: this.#reach.kubeletWays(),
      proxyIntervalMs,
      podsWay,
      podsWhy,
      isBlind,
      metricsApiFailure: this.#metricsApiFailure,
      leftOut: this.#leftOut(),
    })
    return statusOf(identity, this.#version, this.health(), notes)
  }

  /** What no page shows, and kube-state would. */
  #leftOut(): string[] {
    const shown = new Set(this.model.sinks().map(({ resource }) => resource))
    const forbidden = this.#watch.states().filter(({ phase }) => phase === 'forbidden')
    const others = forbidden.filter(({ resource }) => !shown.has(resourceName(resource)) && isState(resource))
    return [...new Set(others.map(({ resource }) => resource.plural))].toSorted()
  }

  health(): ServerHealth {
    const health = serverHealth(this.#watch.states(), this.#api.identity, Date.now())
    const { gap } = this.#probe
    const { server } = this.#api.identity
    return gap === undefined || health.login || health.unreachable
      ? health
      : { ...health, unreachable: { server, ...gap } }
  }

  /** What is wrong, as the objects tell it and as they are reached. */
  problems(kubelets: readonly KubeletAccess[]): ClusterProblem[] {
    const { unreachable, login, throttled } = this.health()
    const isComplete = (resource: string) => this.model.isComplete(resource)
    const extra = { kubelets: [...kubelets, ...this.#reach.refused()], unreachable, login, throttled, isComplete }
    return findClusterProblems(this.model.records, { nowMs: Date.now(), extra })
  }

  /** Whether the kubelet of the machine with this boot is scraped: then its containers are told of by it. */
  tellsOf(bootId: string, scraped: ReadonlySet<string>): boolean {
    if (bootId === '') return false
    for (const node of this.model.records.nodes.values())
      if (node.bootId === bootId && scraped.has(node.name)) return true
    return false
  }

  telemetry(): TelemetryFamily[] {
    return [
      ...this.#api.telemetry(),
      ...this.#watch.telemetry(),
      ...this.repeats.telemetry(),
      ...this.#reach.telemetry(),
    ]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }

  get #isInPod(): boolean {
    return this.#parts.access.identity.source === 'pod'
  }

  #openPins(): PinStore {
    const { folder, options, log, access } = this.#parts
    const name = options.pinsConfigMap
    if (name === '' || !this.#isInPod) return new PinFile(join(folder, 'kubelet-pins.json'))
    const { namespace } = access.identity
    return new ConfigMapPins({ api: this.#api, namespace, name, onFailure: (message) => log.warn(message) })
  }

  #openReach(): ClusterReach {
    const { access } = this.#parts
    const pins = this.#openPins()
    return new ClusterReach({
      model: this.model,
      rights: () => this.#rights.rights,
      ca: async () => (await this.#api.credential()).ca,
      kubeletPins: this.#isInPod ? pins : undefined,
      componentPins: pins,
      isInPod: this.#isInPod,
      mustRelay: Object.keys(access.impersonation).length > 0,
      onChange: () => this.#refreshSoon(),
    })
  }

  #openState(): KubeState {
    const { options, log } = this.#parts
    const settings = { ...defaultSettings, namespaces: options.namespaces }
    return new KubeState({ subscribe: this.#scoped.subscribe }, settings, (message) =>
      log.warn({ message }, 'kube-state'),
    )
  }

  #openTargets(): ClusterTargets {
    const { access, log, sets, options, others, otherClusters } = this.#parts
    return new ClusterTargets({
      log,
      sets,
      others,
      discoveriesOf: (config) => (isOwnCluster(config) ? this.discoveries : otherClusters(config)),
      intervalMs: options.intervalMs,
      account: accountOf(access),
      own: () =>
        ownPools(this.#api.identity.cluster, options.intervalMs, {
          isBlind: this.#reach.isBlind,
          hasState: !options.stateFromPods,
        }),
      onChecked: (pool, mistake) => this.monitors.refuse(pool, mistake),
    })
  }

  #openMonitors(): Monitors {
    return new Monitors(this.discoveries.stores, {
      readSecret: secretReader(this.#api),
      probeNamespaces: this.#parts.options.scrapeConfigNamespaces,
      onPlans: (plans) => this.targets.setPlans('monitors', plans),
    })
  }

  /** Everything is asked for when it takes too long to learn what may be: refusals are told by the watches then. */
  #openRights(): RightsWatch {
    const { namespaces } = this.#parts.options
    let failure = ''
    const late = setTimeout(() => this.#scoped.setNamespaces(namespaces), namespaces.length > 0 ? 0 : RIGHTS_WAIT_MS)
    this.#stack.defer(() => clearTimeout(late))
    return new RightsWatch(this.#api, {
      namespaces,
      onRights: (rights) => {
        clearTimeout(late)
        failure = ''
        this.#takeRights(rights)
      },
      onFailure: ({ message }) => {
        if (message !== failure)
          this.#parts.log.warn({ why: message }, 'the cluster cannot be asked for our rights now')
        failure = message
      },
    })
  }

  /** What was forbidden may be allowed now. */
  #takeRights({ namespaces }: ClusterRights): void {
    this.#scoped.setNamespaces(namespaces)
    this.#recheck('forbidden')
    this.#refreshSoon()
  }

  /** Tries at once what was put off. */
  #recheck(put: 'forbidden' | 'waiting'): void {
    for (const { phase, resource } of this.#watch.states()) if (phase === put) this.#watch.recheck(resource)
  }

  #addBodies(kubeState: KubeState | undefined): void {
    const cadvisors = new CadvisorWatch({
      model: this.model,
      ask: (expr) => this.#parts.ask(expr),
      onNodes: (nodes) => this.#plan((this.#resourceNodes = nodes)),
    })
    addClusterBodies(this.#parts.bodies, {
      api: this.#api,
      kubeState,
      namespaces: () => this.#rights.rights.namespaces,
      onCadvisor: (node, names) => cadvisors.note(node, names),
      onMetricsApi: (failure) => (this.#metricsApiFailure = failure),
    })
    this.repeats.every('cadvisor', 1000, () => cadvisors.look())
  }

  #lookAround(): void {
    let lookedMs = -Infinity
    this.repeats.every('reach', 500, async () => {
      if (!this.#reach.hasNew && Date.now() - lookedMs < LOOK_MS) return
      lookedMs = Date.now()
      await this.#reach.look()
    })
    this.repeats.every('server', 5000, () => this.#readServer())
    this.repeats.every('probe', 5000, () => this.#probe.look())
  }

  async #readServer(): Promise<void> {
    if (Date.now() - this.#serverMs < SERVER_MS) return
    const kinds = await discover(this.#api)
    this.#serverMs = Date.now()
    this.#version = kinds.version
    const isEks = kinds.versions({ group: 'metrics.eks.amazonaws.com', plural: 'ksh' }).length > 0
    if (isEks !== this.#isEks) this.#plan((this.#isEks = isEks))
  }

  /** Makes the default plans again, as something that they depend on has changed. */
  #plan(_changed: unknown): void {
    const shape: ClusterShape = {
      ...this.#shape,
      resourceNodes: this.#resourceNodes,
      isEks: this.#isEks,
      trustsControlPlane: trustsControlPlane(this.#parts.access),
    }
    this.targets.setPlans('defaults', [...defaultPlans(shape), ...ownJobPlans(this.#parts.options.stateFromPods)])
  }

  #refreshSoon(): void {
    if (this.#stack.disposed) return
    this.#refresh ??= setTimeout(() => {
      this.#refresh = undefined
      // The one that was chosen may be gone.
      this.#apiServerAddress = undefined
      this.#parts.sets.refreshRoutes()
      this.targets.update()
    }, REFRESH_MS)
  }
}

/** Definitions and monitor objects are no part of kube-state. */
function isState({ group, plural }: Resource): boolean {
  return group !== 'monitoring.coreos.com' && plural !== 'customresourcedefinitions'
}
