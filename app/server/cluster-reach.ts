import { createConnection } from 'node:net'
import type { AccessNote, ClusterModel, KubeletAccess } from '#lib/cluster'
import {
  type KubeletAddress,
  KubeletReach,
  type KubeletWay,
  nodeProxyPath,
  type PinStore,
  podProxyPath,
} from '#lib/kube'
import type { Route, RoutedTarget, RouteWay } from '#lib/scrape'
import { PROXY_INTERVAL_MS } from './cluster-options.ts'
import type { ClusterRights } from './cluster-rights.ts'

/** What bodies that come through the API server are called: its path follows. */
export const API_SERVER_SOURCE = 'api-server:'
/** What bodies that the main thread reads from a kubelet with the user's credential are called: its URL follows. */
export const KUBELET_SOURCE = 'kubelet:'

const POD_PROBE_MS = 1500
const POD_PROBE_AGAIN_MS = 300_000

export interface ReachParts {
  readonly model: ClusterModel
  readonly rights: () => ClusterRights
  readonly ca: string | undefined
  /** Where certificates of kubelets are pinned; undefined with a kubeconfig, whose credential may do more. */
  readonly pins: PinStore | undefined
  readonly isInPod: boolean
  onChange(): void
}

/** How kubelets and pods are reached: directly, through the API server, or not; and what to say of it. */
export class ClusterReach {
  readonly #parts: ReachParts
  readonly #kubelets: KubeletReach
  /** Since when a node's way is what it is. */
  readonly #sinceMs = new Map<string, number>()
  #podsWay: 'unknown' | 'direct' | 'api-server' = 'unknown'
  #podsWhy = ''
  #podsProbedMs = 0
  #isProbing = false
  /** Parts of the control plane that our credential is shown to, by `node:port`. */
  readonly #components = new Map<string, KubeletAddress>()

  constructor(parts: ReachParts) {
    this.#parts = parts
    this.#podsWay = parts.isInPod ? 'direct' : 'unknown'
    this.#kubelets = new KubeletReach({
      ca: parts.ca,
      pins: parts.pins,
      onChange: (node) => {
        this.#sinceMs.set(node, Date.now())
        parts.onChange()
      },
    })
  }

  /** Looks at the nodes that there are now, and whether pods answer. */
  async look(): Promise<void> {
    await Promise.all([this.#kubelets.observe(this.#addresses()), this.#probePods()])
  }

  /** Decides how a target is reached. `isOurs`: our own credential is shown to it, so its certificate must be known. */
  route(target: RoutedTarget, isOurs: boolean): ReturnType<Route> {
    const { host, port } = partsOf(target.address)
    const node = this.#nodeAt(host, target)
    if (node !== undefined && Number(port) === this.#kubeletPort(node)) return this.#kubeletRoute(node, target)
    if (isOurs && target.scheme === 'https') return this.#componentRoute(node ?? host, { host, port: Number(port) })
    if (this.#podsWay !== 'api-server') return undefined
    const pod = podOf(target.discovered) ?? this.#podAt(host)
    if (pod === undefined) return undefined
    const { scheme } = target
    return this.#proxied(podProxyPath({ ...pod, port: Number(port), scheme }, withQuery(target)), 'pods')
  }

  /** One sentence a subject: which way was taken, and what is missing. */
  notes(): AccessNote[] {
    const ways = this.#kubeletWays()
    const notes = ways.length === 0 ? [] : [kubeletNote(ways, this.#parts.rights())]
    for (const [node, way] of ways)
      if (way.way === 'refused')
        notes.push({ subject: node, level: 'warning', text: `${way.why}.`, remedy: way.remedy })
    if (this.#podsWay === 'api-server') notes.push(podNote(this.#podsWhy, this.#parts.rights()))
    return notes
  }

  /** Kubelets whose certificate is not the pinned one. */
  refused(): KubeletAccess[] {
    return this.#kubeletWays().flatMap(([node, way]) =>
      way.way === 'refused'
        ? [{ node, status: 'certificate' as const, text: way.why, sinceMs: this.#sinceMs.get(node) ?? Date.now() }]
        : [],
    )
  }

  /** Whether kubelets can be read in no way, so that only metrics.k8s.io is left. */
  get isBlind(): boolean {
    const ways = this.#kubeletWays().map(([, way]) => way)
    const { mayProxyNodes } = this.#parts.rights()
    if (!this.#parts.model.isComplete('nodes')) return !mayProxyNodes
    return !mayProxyNodes && ways.length > 0 && ways.every(({ way }) => way !== 'direct')
  }

  #kubeletWays(): (readonly [string, KubeletWay])[] {
    return [...this.#kubelets.ways()].filter(([name]) => !this.#components.has(name))
  }

  #addresses(): KubeletAddress[] {
    const kubelets = [...this.#parts.model.records.nodes.values()]
      .filter(({ internalIp }) => internalIp !== '')
      .map(({ name, uid, internalIp, kubeletPort }) => ({
        node: name,
        uid,
        host: internalIp,
        port: kubeletPort || 10250,
      }))
    return [...kubelets, ...this.#components.values()]
  }

  #nodeAt(host: string, { discovered }: RoutedTarget): string | undefined {
    const named = discovered.__meta_kubernetes_node_name
    const { nodes } = this.#parts.model.records
    if (named !== undefined && nodes.get(named)?.internalIp === host) return named
    for (const { name, internalIp } of nodes.values()) if (internalIp === host) return name
    return undefined
  }

  #kubeletPort(node: string): number {
    return this.#parts.model.records.nodes.get(node)?.kubeletPort || 10250
  }

  #kubeletRoute(node: string, target: RoutedTarget): ReturnType<Route> {
    const way = this.#kubelets.way(node)
    if (way === undefined) return { refuse: { id: 'kubelet-not-tried', facts: { node } } }
    if (way.way === 'refused') return { refuse: { id: 'kubelet-certificate', facts: { node, text: way.why } } }
    if (way.way === 'api-server') return this.#proxied(nodeProxyPath(node, withQuery(target)), 'nodes')
    if (this.#parts.isInPod) return way.pinnedSha256 === undefined ? undefined : { pinnedSha256: way.pinnedSha256 }
    const url = `https://${target.address}${withQuery(target)}`
    return { source: `${KUBELET_SOURCE}${url}`, scrapeUrl: url }
  }

  /** Scheduler and controller-manager: pinned per node, as kubelets are. */
  #componentRoute(node: string, { host, port }: { host: string; port: number }): ReturnType<Route> {
    const name = `${node}:${port}`
    if (!this.#components.has(name)) {
      const uid = this.#parts.model.records.nodes.get(node)?.uid ?? host
      this.#components.set(name, { node: name, uid: `${uid}:${port}`, host, port })
    }
    const way = this.#kubelets.way(name)
    if (way === undefined) return { refuse: { id: 'certificate-not-seen', facts: { address: name } } }
    if (way.way === 'direct') return way.pinnedSha256 === undefined ? undefined : { pinnedSha256: way.pinnedSha256 }
    return { refuse: { id: 'not-trusted', facts: { address: name, text: way.why } } }
  }

  #proxied(path: string, what: 'nodes' | 'pods'): ReturnType<Route> {
    const { mayProxyNodes, mayProxyPods } = this.#parts.rights()
    if (!(what === 'nodes' ? mayProxyNodes : mayProxyPods))
      return { refuse: { id: 'forbidden', facts: { right: `get ${what}/proxy` } } }
    const way: RouteWay = {
      source: `${API_SERVER_SOURCE}${path}`,
      scrapeUrl: path,
      intervalAtLeastMs: PROXY_INTERVAL_MS,
    }
    return way
  }

  #podAt(ip: string): { namespace: string; name: string } | undefined {
    for (const pod of this.#parts.model.records.pods.values())
      if (pod.ip === ip && !pod.hostNetwork && pod.phase === 'Running') return pod
    return undefined
  }

  /**
   * Whether pods answer from here: any answer of the network, a refusal too, comes from the pod's own address. Nothing
   * is sent. In a pod they always do.
   */
  async #probePods(): Promise<void> {
    if (this.#parts.isInPod || this.#isProbing || Date.now() - this.#podsProbedMs < POD_PROBE_AGAIN_MS) return
    const pods = [...this.#parts.model.records.pods.values()]
      .filter(({ phase, ip, hostNetwork }) => phase === 'Running' && ip !== '' && !hostNetwork)
      .slice(0, 3)
    if (pods.length === 0) return
    this.#isProbing = true
    const answers = await Promise.all(
      pods.map(({ ip, containers }) => answersAt(ip, containers[0]?.ports[0]?.port ?? 80)),
    )
    this.#isProbing = false
    this.#podsProbedMs = Date.now()
    const isDirect = answers.some(({ isThere }) => isThere)
    const before = this.#podsWay
    this.#podsWay = isDirect ? 'direct' : 'api-server'
    this.#podsWhy = isDirect ? '' : `${pods[0].ip}: ${answers[0].why}`
    if (before !== this.#podsWay) this.#parts.onChange()
  }
}

function answersAt(host: string, port: number): Promise<{ isThere: boolean; why: string }> {
  const { promise, resolve } = Promise.withResolvers<{ isThere: boolean; why: string }>()
  const socket = createConnection({ host, port })
  const done = (isThere: boolean, why: string) => {
    socket.destroy()
    resolve({ isThere, why })
  }
  socket.setTimeout(POD_PROBE_MS, () => done(false, `no answer within ${POD_PROBE_MS / 1000} s`))
  socket.once('connect', () => done(true, ''))
  socket.once('error', ({ code = 'error' }: NodeJS.ErrnoException) => done(code === 'ECONNREFUSED', code))
  return promise
}

function podOf(discovered: RoutedTarget['discovered']): { namespace: string; name: string } | undefined {
  const name = discovered.__meta_kubernetes_pod_name
  const namespace = discovered.__meta_kubernetes_namespace
  return name && namespace ? { namespace, name } : undefined
}

function withQuery({ path, query }: RoutedTarget): string {
  return query === '' ? path : `${path}?${query}`
}

function partsOf(address: string): { host: string; port: string } {
  const at = address.lastIndexOf(':')
  return { host: address.slice(0, at).replaceAll(/^\[|\]$/g, ''), port: address.slice(at + 1) }
}

function kubeletNote(ways: readonly (readonly [string, KubeletWay])[], { mayProxyNodes }: ClusterRights): AccessNote {
  const subject = 'kubelets'
  const proxied = ways.filter(([, { way }]) => way === 'api-server')
  const pinned = ways.filter(([, way]) => way.way === 'direct' && way.pinnedSha256 !== undefined)
  const [example] = proxied
  const why = example?.[1].way === 'api-server' ? ` (${example[0]}: ${example[1].why})` : ''
  if (proxied.length > 0 && !mayProxyNodes) {
    const text = `The kubelets of ${proxied.length} of ${ways.length} nodes cannot be read: not directly${why}, and not through the API server, whose user may not get nodes/proxy.`
    return {
      subject,
      level: 'warning',
      text,
      remedy: 'Grant the verb get on nodes/proxy, or run Binnacle in the cluster.',
    }
  }
  if (proxied.length > 0) {
    const text = `The kubelets of ${proxied.length} of ${ways.length} nodes are read through the API server, every ${PROXY_INTERVAL_MS / 1000} s${why}.`
    return { subject, level: 'ok', text, remedy: '' }
  }
  const text =
    pinned.length > 0
      ? `The kubelets of ${ways.length} nodes are read directly; the certificates of ${pinned.length} are pinned, as no CA vouches for them.`
      : `The kubelets of ${ways.length} nodes are read directly, over certificates that the cluster's CA vouches for.`
  return { subject, level: 'ok', text, remedy: '' }
}

function podNote(why: string, { mayProxyPods }: ClusterRights): AccessNote {
  const subject = 'pods'
  if (mayProxyPods)
    return {
      subject,
      level: 'ok',
      text: `Pods are read through the API server: they do not answer from here (${why}).`,
      remedy: '',
    }
  const text = `Pods that expose metrics cannot be read: not directly (${why}), and not through the API server, whose user may not get pods/proxy.`
  return {
    subject,
    level: 'warning',
    text,
    remedy: 'Grant the verb get on pods/proxy, or run Binnacle in the cluster.',
  }
}
