import type { Amounts, Condition } from './records.ts'

/**
 * What the web application is given of a cluster, as JSON. Times are epoch milliseconds (0: never), CPU is in cores,
 * memory in bytes. Use is not here: it is asked for by PromQL, with the labels `namespace`, `pod`, `container`, `node`.
 */

/** How an object is, in a word that catalogues know, with the facts of its sentence. */
export interface ObjectState {
  readonly level: 'ok' | 'warning' | 'critical' | 'idle'
  /** Such as `running`, `pulling-image`, `crash-loop`, `oom-killed`, `unschedulable`, `not-ready`, `rolling-out`. */
  readonly word: StateWord
  readonly facts: Readonly<Record<string, string | number>>
}

export const stateWords = [
  'running',
  'ready',
  'not-ready',
  'unknown',
  'pending',
  'unschedulable',
  'scheduled',
  'pulling-image',
  'image-missing',
  'creating',
  'config-missing',
  'init',
  'init-failing',
  'probe-failing',
  'starting',
  'crash-loop',
  'oom-killed',
  'failed',
  'error',
  'completed',
  'evicted',
  'terminating',
  'stuck-terminating',
  'node-lost',
  'cordoned',
  'pressure',
  'available',
  'rolling-out',
  'rollout-stuck',
  'degraded',
  'scaled-to-zero',
  'paused',
  'suspended',
  'active',
  'succeeded',
  'bound',
  'lost',
] as const
export type StateWord = (typeof stateWords)[number]

/** The cluster itself: small, sent at each tick. */
export interface ClusterView {
  /** false: no cluster is watched, and `why` says so. */
  readonly present: boolean
  readonly why: string
  readonly name: string
  readonly context: string
  readonly server: string
  readonly user: string
  readonly source: 'kubeconfig' | 'pod' | ''
  /** Kubernetes' version, `v1.37.2`. */
  readonly version: string
  /** Whether the API server answers now, since when not, and its words. */
  readonly reachable: boolean
  readonly unreachableSinceMs: number
  readonly unreachableWhy: string
  /** The first complete look has been taken. */
  readonly synced: boolean
  readonly nodes: { readonly ready: number; readonly total: number }
  readonly pods: { readonly ready: number; readonly total: number; readonly perNodeLimit: number }
  readonly capacity: Amounts
  readonly allocatable: Amounts
  readonly requested: Amounts
  readonly limited: Amounts
  readonly namespaces: readonly string[]
  /** Which way use is read, and what is missing, in words: `kubelets through the API server`; `secrets: forbidden …`. */
  readonly notes: readonly AccessNote[]
}

export interface AccessNote {
  /** What it is about: `kubelets`, `pods`, `secrets`, `etcd` … */
  readonly subject: string
  readonly level: 'ok' | 'warning' | 'idle'
  /** A whole sentence. */
  readonly text: string
  /** What would change it: a command or a line of YAML; or ''. */
  readonly remedy: string
}

interface CommonView {
  /** Tells this row from all others of its list. */
  readonly key: string
  readonly namespace: string
  readonly name: string
  readonly createdMs: number
  readonly labels: Readonly<Record<string, string>>
  readonly state: ObjectState
}

export interface NodeView extends CommonView {
  readonly roles: readonly string[]
  readonly zone: string
  readonly internalIp: string
  readonly conditions: readonly Condition[]
  readonly unschedulable: boolean
  readonly taints: readonly string[]
  readonly capacity: Amounts
  readonly allocatable: Amounts
  /** Sums over the pods that are on it and have not ended. */
  readonly requested: Amounts
  readonly limited: Amounts
  readonly pods: number
  readonly kubeletVersion: string
  readonly osImage: string
  readonly kernelVersion: string
  readonly runtime: string
}

export interface NamespaceView extends CommonView {
  readonly phase: string
  readonly pods: number
  readonly podsReady: number
  readonly workloads: number
  readonly requested: Amounts
  readonly limited: Amounts
}

export interface WorkloadView extends CommonView {
  readonly kind: string
  readonly desired: number
  readonly ready: number
  readonly updated: number
  readonly available: number
  readonly revision: string
  readonly images: readonly string[]
  /** Sums over its pods that have not ended. */
  readonly requested: Amounts
  readonly limited: Amounts
  readonly pods: number
  readonly podsReady: number
  readonly restarts: number
  /** The workload above it, of a ReplicaSet or Job on the page of its owner. */
  readonly owner: { readonly kind: string; readonly name: string } | undefined
  readonly conditions: readonly Condition[]
}

export interface PodView extends CommonView {
  readonly node: string
  readonly phase: string
  readonly ready: number
  readonly containers: number
  readonly restarts: number
  readonly lastRestartMs: number
  readonly ip: string
  readonly qos: string
  /** The top of its owners: the Deployment, not the ReplicaSet; undefined for a pod of its own. */
  readonly workload: { readonly kind: string; readonly name: string } | undefined
  /** Sums over its containers, as the scheduler counts them; limits only where every container has one. */
  readonly requested: Amounts
  readonly limited: Amounts
}

export interface ContainerView extends CommonView {
  readonly pod: string
  readonly node: string
  readonly image: string
  readonly init: boolean
  readonly ready: boolean
  readonly restarts: number
  readonly requested: Amounts
  readonly limited: Amounts
  readonly last:
    | { readonly reason: string; readonly exitCode: number; readonly finishedMs: number; readonly startedMs: number }
    | undefined
  readonly workload: { readonly kind: string; readonly name: string } | undefined
}

export interface EventView {
  readonly key: string
  readonly namespace: string
  readonly kind: string
  readonly name: string
  /** The container of a pod that it is about, or ''. */
  readonly container: string
  readonly reason: string
  readonly message: string
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
}

/** The page of one object. */
export interface ObjectDetail {
  readonly kind: 'node' | 'namespace' | 'workload' | 'pod'
  readonly object: NodeView | NamespaceView | WorkloadView | PodView
  /** Of the object itself and of what it is made of, newest first. */
  readonly events: readonly EventView[]
  readonly conditions: readonly Condition[]
  /** Of a pod: all; of the others: none. */
  readonly containers: readonly ContainerView[]
  /** Of a node, namespace or workload; at most 500, those that need you first. */
  readonly pods: readonly PodView[]
  /** How many there are. */
  readonly podCount: number
  /** Of a namespace: its workloads; of a Deployment: its ReplicaSets with their revisions. */
  readonly workloads: readonly WorkloadView[]
}
