/**
 * What is kept of each object for pages and findings: few fields, copied, never the object. Times are epoch milliseconds
 * (0: never), CPU is in cores, memory and storage in bytes. `undefined` in a request or limit means that none is set.
 */

/** Requests or limits, or what a node has. */
export interface Amounts {
  readonly cpu?: number
  readonly memory?: number
  readonly ephemeralStorage?: number
  /** Of a node: how many pods. */
  readonly pods?: number
}

export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  /** At most 1,000 characters. */
  readonly message: string
  readonly sinceMs: number
}

export interface Common {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly createdMs: number
  /** When deletion was asked for; 0: it was not. */
  readonly deletedMs: number
  /** Its labels; what a page filters by. */
  readonly labels: Readonly<Record<string, string>>
  readonly finalizers: readonly string[]
  readonly owner: OwnerRef | undefined
}

export interface OwnerRef {
  readonly kind: string
  readonly name: string
  readonly uid: string
}

export interface NodeRecord extends Common {
  readonly conditions: readonly Condition[]
  readonly unschedulable: boolean
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[]
  readonly roles: readonly string[]
  readonly internalIp: string
  readonly kubeletPort: number
  readonly providerId: string
  readonly zone: string
  readonly capacity: Amounts
  readonly allocatable: Amounts
  /** Tells one boot of a machine from all others; equal to /proc/sys/kernel/random/boot_id there. */
  readonly bootId: string
  readonly kubeletVersion: string
  readonly osImage: string
  readonly kernelVersion: string
  readonly runtime: string
}

export interface NamespaceRecord extends Common {
  readonly phase: string
  readonly conditions: readonly Condition[]
  /** spec.finalizers */
  readonly specFinalizers: readonly string[]
}

export interface PodRecord extends Common {
  readonly node: string
  readonly phase: string
  /** status.reason, such as Evicted. */
  readonly reason: string
  readonly message: string
  /** Of a ready pod without the steps before it that are true as well: Initialized, ContainersReady … */
  readonly conditions: readonly Condition[]
  readonly ip: string
  readonly hostNetwork: boolean
  readonly qos: string
  readonly priorityClass: string
  readonly startedMs: number
  readonly containers: readonly ContainerRecord[]
  readonly initContainers: readonly ContainerRecord[]
  /** How long after deletion was asked for it may take to end. */
  readonly graceSeconds: number
  /** As the scheduler counts them: init containers, sidecars, overhead and what is set for the pod as a whole included. */
  readonly requested: Amounts
  /** Only what every container has. */
  readonly limited: Amounts
  readonly claims: readonly string[]
  /** Config maps and secrets that must exist: `configmap/NAME`, `secret/NAME`. */
  readonly needs: readonly string[]
  readonly nodeSelector: Readonly<Record<string, string>>
}

export interface ContainerRecord {
  readonly name: string
  readonly image: string
  readonly containerId: string
  readonly ready: boolean
  readonly started: boolean
  readonly restarts: number
  /** An init container that goes on running (restartPolicy: Always). */
  readonly sidecar: boolean
  readonly state: ContainerState
  readonly last: Terminated | undefined
  readonly requests: Amounts
  readonly limits: Amounts
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[]
}

export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly kind: 'running'; readonly sinceMs: number }
  | ({ readonly kind: 'terminated' } & Terminated)
  /** The kubelet has said nothing yet. */
  | { readonly kind: 'unknown' }

export interface Terminated {
  readonly reason: string
  readonly message: string
  readonly exitCode: number
  readonly signal: number
  readonly startedMs: number
  readonly finishedMs: number
}

/** Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job or CronJob. */
export interface WorkloadRecord extends Common {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet' | 'ReplicationController' | 'Job' | 'CronJob'
  readonly desired: number
  readonly current: number
  readonly ready: number
  readonly updated: number
  /** How many are to be updated: fewer than desired with a partition, none where pods are updated by hand. */
  readonly updateTarget: number
  readonly available: number
  readonly generation: number
  readonly observedGeneration: number
  /** A paused Deployment, a suspended Job. */
  readonly paused: boolean
  /** A Deployment's revision annotation. */
  readonly revision: string
  readonly progressDeadlineSeconds: number
  readonly conditions: readonly Condition[]
  readonly selector: Readonly<Record<string, string>>
  /** Of its pod template. */
  readonly requests: Amounts
  readonly limits: Amounts
  readonly images: readonly string[]
  readonly job:
    | {
        readonly failed: number
        readonly succeeded: number
        readonly active: number
        readonly backoffLimit: number
        readonly startedMs: number
        readonly finishedMs: number
      }
    | undefined
  readonly cron:
    | {
        readonly schedule: string
        readonly suspended: boolean
        readonly lastScheduledMs: number
        readonly lastSuccessMs: number
      }
    | undefined
}

export interface ServiceRecord extends Common {
  readonly type: string
  readonly clusterIp: string
  readonly externalName: string
  /** Empty: endpoints are made by hand. */
  readonly selector: Readonly<Record<string, string>>
  readonly ports: readonly {
    readonly name: string
    readonly port: number
    readonly targetPort: string
    readonly protocol: string
  }[]
}

/** One EndpointSlice. */
export interface EndpointsRecord extends Common {
  readonly service: string
  readonly ready: number
  readonly notReady: number
}

export interface ClaimRecord extends Common {
  readonly phase: string
  /** undefined: the default class is meant; '': none. */
  readonly storageClass: string | undefined
  readonly volume: string
  readonly requested: number
  readonly capacity: number
  readonly accessModes: readonly string[]
  readonly selectedNode: string
  readonly conditions: readonly Condition[]
}

export interface VolumeRecord extends Common {
  readonly phase: string
  readonly reason: string
  readonly message: string
  readonly storageClass: string
  readonly capacity: number
  readonly claim: string
  readonly zones: readonly string[]
}

export interface VolumeAttachmentRecord extends Common {
  readonly node: string
  readonly volume: string
  readonly attacher: string
  readonly attached: boolean
  readonly attachError: string
  readonly detachError: string
}

export interface StorageClassRecord extends Common {
  readonly provisioner: string
  readonly isDefault: boolean
  readonly expandable: boolean
  readonly bindingMode: string
}

export interface AutoscalerRecord extends Common {
  readonly targetKind: string
  readonly targetName: string
  readonly min: number
  readonly max: number
  readonly current: number
  readonly desired: number
  readonly conditions: readonly Condition[]
}

export interface BudgetRecord extends Common {
  readonly selector: Readonly<Record<string, string>>
  readonly disruptionsAllowed: number
  readonly currentHealthy: number
  readonly desiredHealthy: number
  readonly expectedPods: number
  readonly conditions: readonly Condition[]
}

export interface QuotaRecord extends Common {
  readonly hard: Readonly<Record<string, number>>
  readonly used: Readonly<Record<string, number>>
}

export interface ApiServiceRecord extends Common {
  readonly service: string
  readonly conditions: readonly Condition[]
}

/** A Warning event; equal ones are counted. */
export interface EventRecord {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly object: {
    readonly kind: string
    readonly namespace: string
    readonly name: string
    readonly uid: string
    readonly fieldPath: string
  }
  readonly reason: string
  /** At most 1,000 characters. */
  readonly message: string
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
  readonly source: string
}

/** The records of a cluster by kind; each map is keyed by `namespace/name`, or by name for what has no namespace. */
export interface ClusterRecords {
  readonly nodes: ReadonlyMap<string, NodeRecord>
  readonly namespaces: ReadonlyMap<string, NamespaceRecord>
  readonly pods: ReadonlyMap<string, PodRecord>
  /** Keyed by `kind/namespace/name`. */
  readonly workloads: ReadonlyMap<string, WorkloadRecord>
  readonly services: ReadonlyMap<string, ServiceRecord>
  readonly endpoints: ReadonlyMap<string, EndpointsRecord>
  readonly claims: ReadonlyMap<string, ClaimRecord>
  readonly volumes: ReadonlyMap<string, VolumeRecord>
  readonly attachments: ReadonlyMap<string, VolumeAttachmentRecord>
  readonly storageClasses: ReadonlyMap<string, StorageClassRecord>
  readonly autoscalers: ReadonlyMap<string, AutoscalerRecord>
  readonly budgets: ReadonlyMap<string, BudgetRecord>
  readonly quotas: ReadonlyMap<string, QuotaRecord>
  readonly apiServices: ReadonlyMap<string, ApiServiceRecord>
  /** By uid of the event; at most so many as the model keeps, the oldest leave first. */
  readonly events: ReadonlyMap<string, EventRecord>
}
