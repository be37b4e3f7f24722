import type { ClusterModel, KubeletAccess } from '#lib/cluster'
import {
  certificatesFamily,
  type ClusterRights,
  type KubeletAddress,
  KubeletReach,
  type KubeletWay,
  nodeProxyPath,
  type PinStore,
  podProxyPath,
  PodReach,
  type PodsWay,
  type ProbedPod,
  staysBelow,
} from '#lib/kube'
import { internalKind, type Route, type RoutedTarget } from '#lib/scrape'
import type { TelemetryFamily } from '#lib/telemetry'
import { hostAndPort, isSameHost } from './target-place.ts'

/** What bodies that come through the API server are called: its path follows. */
export const API_SERVER_SOURCE = 'api-server:'
/** What bodies that the main thread reads with the user's credential are called: a pin or nothing, `:` and the URL follow. */
export const OWN_SOURCE = 'own-credential:'

/** How long at least the API server is left alone between two bodies of one target, by how many kubelets it relays. */
const PROXY_INTERVALS_MS = [
  [50, 15_000],
  [150, 30_000],
  [Infinity, 60_000],
] as const
const PODS_TRIED = 3

export interface ReachParts {
  readonly model: ClusterModel
  readonly rights: () => ClusterRights
  /** The cluster's CA as it is now, PEM. */
  readonly ca: () => Promise<string>
  /** Where certificates of kubelets are pinned; undefined with a kubeconfig, whose credential may do more. */
  readonly kubeletPins: PinStore | undefined
  readonly componentPins: PinStore
  readonly isInPod: boolean
  /** The kubeconfig acts as another user, which only the API server understands. */
  readonly mustRelay: boolean
  onChange(): void
}

type Decision = ReturnType<Route>
/** What of ours is at an address. */
export type OwnPlace = 'kubelet' | 'control-plane' | 'api-server'

/** How kubelets, the control plane and pods are reached: directly, through the API server, or not. */
export class ClusterReach {
  readonly #parts: ReachParts
  readonly #kubelets: KubeletReach
  readonly #components: KubeletReach
  readonly #pods = new PodReach()
  /** What targets asked for, by name; looked at from then on. */
  readonly #asked = { kubelets: new Map<string, KubeletAddress>(), components: new Map<string, KubeletAddress>() }
  /** What is scraped with our own credential, by address. */
  readonly #ours = new Map<string, { readonly place: OwnPlace; readonly node: string }>()
  /** Since when a kubelet's way is what it is. */
  readonly #sinceMs = new Map<string, number>()
  #hasNew = false

  constructor(parts: ReachParts) {
    this.#parts = parts
    const { ca, kubeletPins, componentPins } = parts
    const onChange = (name: string) => {
      this.#sinceMs.set(name, Date.now())
      parts.onChange()
    }
    this.#kubelets = new KubeletReach({ ca, pins: kubeletPins, onChange })
    this.#components = new KubeletReach({ ca, pins: componentPins, onChange })
  }

  /** Whether a target waits for someone to look. */
  get hasNew(): boolean {
    return this.#hasNew || (!this.#parts.isInPod && this.#pods.isDue)
  }

  /** Looks at what was asked for, and whether pods answer. */
  async look(): Promise<void> {
    this.#hasNew = false
    this.#forgetGone()
    const { kubelets, components } = this.#asked
    await Promise.all([
      this.#parts.mustRelay ? undefined : this.#kubelets.observe([...kubelets.values()]),
      this.#components.observe([...components.values()]),
      this.#tryPods(),
    ])
  }

  /** A target of the kubelet of a node. */
  kubelet(target: RoutedTarget): Decision {
    const node = target.discovered.__meta_kubernetes_node_name ?? ''
    const uid = this.#parts.model.records.nodes.get(node)?.uid
    if (uid === undefined) return { refuse: { id: 'kubelet-not-tried', facts: { node } } }
    const { host, port } = hostAndPort(target)
    this.#ask('kubelets', { node, uid, host, port })
    this.claim(target, 'kubelet', node)
    const way = this.#kubeletWay(node)
    if (way === undefined) return { refuse: { id: 'kubelet-not-tried', facts: { node } } }
    if (way.way === 'refused') return { refuse: { id: 'kubelet-certificate', facts: { node, text: way.why } } }
    return way.way === 'direct' ? this.#direct(target, way) : this.#proxied(nodeProxyPath(node, ''), target, 'nodes')
  }

  /** Scheduler and controller-manager on a node of the control plane; pinned per node, as kubelets are. */
  component(target: RoutedTarget, controlPlane: readonly string[]): Decision {
    const { host, port } = hostAndPort(target)
    const { nodes } = this.#parts.model.records
    const node = controlPlane.find((name) => isSameHost(nodes.get(name)?.internalIp ?? '', host))
    const address = target.address
    if (node === undefined) return { refuse: { id: 'not-control-plane', facts: { address } } }
    this.#ask('components', { node: `${node}:${port}`, uid: `${nodes.get(node)?.uid}:${port}`, host, port })
    this.claim(target, 'control-plane', node)
    const way = this.#components.way(`${node}:${port}`)
    if (way === undefined) return { refuse: { id: 'certificate-not-seen', facts: { address } } }
    if (way.way === 'direct') return this.#direct(target, way)
    const id = way.way === 'refused' ? 'not-trusted' : 'no-answer'
    return { refuse: { id, facts: { address, text: way.why } } }
  }

  /** A target without our credential. Through the API server it leads to the very pod that was discovered, or not at all. */
  pod(target: RoutedTarget): Decision {
    if (this.podsWay !== 'api-server') return undefined
    const { __meta_kubernetes_namespace: namespace = '', __meta_kubernetes_pod_name: name = '' } = target.discovered
    const { host, port } = hostAndPort(target)
    const pod = this.#parts.model.records.pods.get(`${namespace}/${name}`)
    if (pod === undefined || !isSameHost(pod.ip, host)) return undefined
    return this.#proxied(podProxyPath({ namespace, name, port, scheme: target.scheme }, ''), target, 'pods')
  }

  /** From now on this address is known to be scraped with our own credential. */
  claim(target: RoutedTarget, place: OwnPlace, node = ''): void {
    const key = keyOf(target)
    if (this.#ours.get(key)?.place === place) return
    this.#ours.set(key, { place, node })
    this.#parts.onChange()
  }

  /** What of ours is at the address of a target. */
  claimed(target: RoutedTarget): OwnPlace | undefined {
    return this.#ours.get(keyOf(target))?.place
  }

  get podsWay(): PodsWay {
    return this.#parts.isInPod ? 'direct' : this.#pods.way
  }

  get podsWhy(): string {
    return this.#pods.why
  }

  /** The ways of all kubelets that were looked at. */
  kubeletWays(): (readonly [node: string, way: KubeletWay])[] {
    return [...this.#asked.kubelets.keys()].flatMap((node) => {
      const way = this.#kubeletWay(node)
      return way === undefined ? [] : [[node, way] as const]
    })
  }

  telemetry(): TelemetryFamily[] {
    const counts = { verified: 0, pinned: 0, refused: 0, unchecked: 0 }
    for (const [, way] of this.kubeletWays()) {
      if (way.way === 'direct') counts[way.pinnedSha256 === undefined ? 'verified' : 'pinned']++
      else counts[way.way === 'refused' ? 'refused' : 'unchecked']++
    }
    return [certificatesFamily(counts)]
  }

  /** How often at most a body comes through the API server. */
  get proxyIntervalMs(): number {
    const relayed = this.kubeletWays().filter(([, { way }]) => way === 'api-server').length
    return PROXY_INTERVALS_MS.find(([most]) => relayed <= most)?.[1] ?? 60_000
  }

  /** Kubelets whose certificate is not the pinned one. */
  refused(): KubeletAccess[] {
    return this.kubeletWays().flatMap(([node, way]) =>
      way.way === 'refused'
        ? [{ node, status: 'certificate' as const, text: way.why, sinceMs: this.#sinceMs.get(node) ?? Date.now() }]
        : [],
    )
  }

  /** Whether kubelets can be read in no way, so that for them only metrics.k8s.io is left. */
  get isBlind(): boolean {
    const { model, rights } = this.#parts
    if (model.troubles().some(({ resource, phase }) => resource === 'nodes' && phase === 'forbidden')) return true
    return !rights().mayProxyNodes && this.kubeletWays().some(([, { way }]) => way === 'api-server')
  }

  #kubeletWay(node: string): KubeletWay | undefined {
    if (!this.#parts.mustRelay) return this.#kubelets.way(node)
    return { way: 'api-server', why: 'the kubeconfig acts as another user, which only the API server understands' }
  }

  #ask(what: 'kubelets' | 'components', address: KubeletAddress): void {
    const known = this.#asked[what].get(address.node)
    if (known?.uid === address.uid && known.host === address.host && known.port === address.port) return
    this.#asked[what].set(address.node, address)
    this.#hasNew = true
  }

  #forgetGone(): void {
    const { model } = this.#parts
    if (!model.isComplete('nodes')) return
    const isThere = (node: string) => node === '' || model.records.nodes.has(node)
    const { kubelets, components } = this.#asked
    for (const node of kubelets.keys()) if (!isThere(node)) kubelets.delete(node)
    for (const name of components.keys()) if (!isThere(name.slice(0, name.lastIndexOf(':')))) components.delete(name)
    for (const [key, { node }] of this.#ours) if (!isThere(node)) this.#ours.delete(key)
    for (const name of this.#sinceMs.keys())
      if (!kubelets.has(name) && !components.has(name)) this.#sinceMs.delete(name)
  }

  /** In a pod whoever scrapes has the token; a kubeconfig's credential is known to this thread alone. */
  #direct(target: RoutedTarget, { pinnedSha256 }: { readonly pinnedSha256: string | undefined }): Decision {
    if (this.#parts.isInPod) return pinnedSha256 === undefined ? undefined : { pinnedSha256 }
    const url = `${target.scheme}://${target.address}${withQuery(target)}`
    return { source: `${OWN_SOURCE}${pinnedSha256 ?? ''}:${url}`, scrapeUrl: url }
  }

  #proxied(place: string, target: RoutedTarget, what: 'nodes' | 'pods'): Decision {
    const { mayProxyNodes, mayProxyPods } = this.#parts.rights()
    if (!(what === 'nodes' ? mayProxyNodes : mayProxyPods))
      return { refuse: { id: 'forbidden', facts: { right: `get ${what}/proxy` } } }
    if (!staysBelow(target.path)) return { refuse: { id: 'unsafe-path', facts: { path: target.path } } }
    const path = `${place}${withQuery(target)}`
    return { source: `${API_SERVER_SOURCE}${path}`, scrapeUrl: path, intervalAtLeastMs: this.proxyIntervalMs }
  }

  async #tryPods(): Promise<void> {
    if (this.#parts.isInPod || !this.#pods.isDue) return
    if (await this.#pods.observe(triedPods(this.#parts.model))) this.#parts.onChange()
  }
}

/** Some pods that should answer; those that declare a port tell more. */
function triedPods({ records }: ClusterModel): ProbedPod[] {
  const tried: ProbedPod[] = []
  for (const { phase, ip, hostNetwork, containers } of records.pods.values()) {
    if (phase !== 'Running' || ip === '' || hostNetwork || internalKind(ip) !== undefined) continue
    const ports = containers.filter(({ ready }) => ready).flatMap((container) => container.ports)
    tried.push({ ip, port: ports.find(({ protocol }) => protocol === 'TCP')?.port })
  }
  const declared = tried.filter(({ port }) => port !== undefined)
  return (declared.length > 0 ? declared : tried).slice(0, PODS_TRIED)
}

function keyOf(target: RoutedTarget): string {
  const { host, port } = hostAndPort(target)
  return `${host} ${port}`
}

function withQuery({ path, query }: RoutedTarget): string {
  return query === '' ? path : `${path}?${query}`
}
