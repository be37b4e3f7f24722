import type { ClusterObject } from './common-record.ts'
import { EventStore } from './event-store.ts'
import { Keeper } from './keeper.ts'
import { namespaceRecord } from './namespace-record.ts'
import { nodeRecord } from './node-record.ts'
import { podRecord } from './pod-record.ts'
import { apiServiceRecord, autoscalerRecord, budgetRecord, quotaRecord } from './policy-record.ts'
import { type RecordKey, Records, type RecordStore, storeOf } from './record-store.ts'
import type * as record from './records.ts'
import { endpointsRecord, serviceRecord } from './service-record.ts'
import { attachmentRecord, claimRecord, storageClassRecord, volumeRecord } from './storage-record.ts'
import { type WorkloadKind, workloadRecord } from './workload-record.ts'

/** What the model is told by list and watch of one resource; shaped as #lib/kube's Sink. */
export interface ModelSink {
  upsert(object: ClusterObject): void
  remove(key: RecordKey): void
  synced(): void
  state(state: ModelWatchState): void
}

/** How list and watch of a resource are doing, in one namespace or ('') in all. */
export interface ModelWatchState {
  readonly namespace: string
  readonly phase: 'listing' | 'watching' | 'waiting' | 'forbidden' | 'absent' | 'stopped'
  readonly reason: string
}

/** A resource that the model wants to be told of. */
export interface ModelSource {
  /** As people write it: `pods`, `deployments.apps`. */
  readonly resource: string
  readonly fieldSelector?: string
  readonly sink: ModelSink
}

/** Where a resource's watch is not well, or not allowed. */
export interface WatchTrouble extends ModelWatchState {
  readonly resource: string
}

export interface ClusterModelOptions {
  /** How many Warning events are kept; default 2,000. */
  readonly maxEvents?: number
}

const workloads: Readonly<Record<string, WorkloadKind>> = {
  'deployments.apps': 'Deployment',
  'statefulsets.apps': 'StatefulSet',
  'daemonsets.apps': 'DaemonSet',
  'replicasets.apps': 'ReplicaSet',
  replicationcontrollers: 'ReplicationController',
  'jobs.batch': 'Job',
  'cronjobs.batch': 'CronJob',
}

/** The live records of a cluster: told of every object by sinks, read by pages and findings. */
export class ClusterModel {
  readonly #keep = new Keeper()
  readonly #pods = new Records<record.PodRecord>()
  readonly #nodes = new Records<record.NodeRecord>()
  readonly #namespaces = new Records<record.NamespaceRecord>()
  readonly #workloads = new Records<record.WorkloadRecord>()
  readonly #services = new Records<record.ServiceRecord>()
  readonly #endpoints = new Records<record.EndpointsRecord>()
  readonly #claims = new Records<record.ClaimRecord>()
  readonly #volumes = new Records<record.VolumeRecord>()
  readonly #attachments = new Records<record.VolumeAttachmentRecord>()
  readonly #storageClasses = new Records<record.StorageClassRecord>()
  readonly #autoscalers = new Records<record.AutoscalerRecord>()
  readonly #budgets = new Records<record.BudgetRecord>()
  readonly #quotas = new Records<record.QuotaRecord>()
  readonly #apiServices = new Records<record.ApiServiceRecord>()
  readonly #events: EventStore
  readonly #watches: readonly Watch[]

  /** The records now, by kind; the maps are live. */
  readonly records: record.ClusterRecords

  constructor({ maxEvents = 2000 }: ClusterModelOptions = {}) {
    this.#events = new EventStore(this.#keep, maxEvents)
    this.records = {
      nodes: this.#nodes.map,
      namespaces: this.#namespaces.map,
      pods: this.#pods.map,
      workloads: this.#workloads.map,
      services: this.#services.map,
      endpoints: this.#endpoints.map,
      claims: this.#claims.map,
      volumes: this.#volumes.map,
      attachments: this.#attachments.map,
      storageClasses: this.#storageClasses.map,
      autoscalers: this.#autoscalers.map,
      budgets: this.#budgets.map,
      quotas: this.#quotas.map,
      apiServices: this.#apiServices.map,
      events: this.#events.map,
    }
    this.#watches = Object.entries(this.#stores()).map(([resource, store]) => new Watch(resource, store))
  }

  /** What to list and watch, each with its sink. A resource that is watched by namespaces has one sink for all of them. */
  sinks(): readonly ModelSource[] {
    return this.#watches.map(({ resource, sink }) =>
      resource === 'events' ? { resource, fieldSelector: 'type=Warning', sink } : { resource, sink },
    )
  }

  /** Whether every resource has been looked at once, or cannot be. */
  get synced(): boolean {
    return this.#watches.every((watch) => watch.isSettled)
  }

  /** Whether all objects of a resource have been told of: what is not there then does not exist. */
  isComplete(resource: string): boolean {
    return this.#watches.some((watch) => watch.resource === resource && watch.isComplete)
  }

  /** Rises with each change of any record. */
  get version(): number {
    return this.#watches.reduce((sum, { version }) => sum + version, 0)
  }

  /** The Warning events that are about an object: `namespace/name`, or the name of what has no namespace. */
  eventsOf(kind: string, key: string): readonly record.EventRecord[] {
    return this.#events.of(kind, key)
  }

  /** What was not kept, by reason. */
  dropped(): Readonly<Record<string, number>> {
    return this.#events.dropped
  }

  /** The watches that wait, are forbidden or have nothing to watch, with the reason. */
  troubles(): readonly WatchTrouble[] {
    return this.#watches.flatMap((watch) => watch.troubles())
  }

  #stores(): Record<string, RecordStore> {
    const keep = this.#keep
    const workloadStores = Object.entries(workloads).map(([resource, kind]) => [
      resource,
      storeOf(this.#workloads, (object) => workloadRecord(kind, object, keep), keep, `${kind}/`),
    ])
    return {
      nodes: storeOf(this.#nodes, nodeRecord, keep),
      namespaces: storeOf(this.#namespaces, namespaceRecord, keep),
      ...(Object.fromEntries(workloadStores) as Record<string, RecordStore>),
      pods: storeOf(this.#pods, podRecord, keep),
      services: storeOf(this.#services, serviceRecord, keep),
      'endpointslices.discovery.k8s.io': storeOf(this.#endpoints, endpointsRecord, keep),
      persistentvolumeclaims: storeOf(this.#claims, claimRecord, keep),
      persistentvolumes: storeOf(this.#volumes, volumeRecord, keep),
      'volumeattachments.storage.k8s.io': storeOf(this.#attachments, attachmentRecord, keep),
      'storageclasses.storage.k8s.io': storeOf(this.#storageClasses, storageClassRecord, keep),
      'horizontalpodautoscalers.autoscaling': storeOf(this.#autoscalers, autoscalerRecord, keep),
      'poddisruptionbudgets.policy': storeOf(this.#budgets, budgetRecord, keep),
      resourcequotas: storeOf(this.#quotas, quotaRecord, keep),
      'apiservices.apiregistration.k8s.io': storeOf(this.#apiServices, apiServiceRecord, keep),
      events: this.#events,
    }
  }
}

/** One resource: its store, and how its list and watch are doing in each namespace that is watched. */
class Watch {
  readonly resource: string
  readonly sink: ModelSink
  readonly #store: RecordStore
  readonly #states = new Map<string, ModelWatchState>()
  #hasSynced = false

  constructor(resource: string, store: RecordStore) {
    this.resource = resource
    this.#store = store
    this.sink = {
      upsert: (object) => store.upsert(object),
      remove: (key) => store.remove(key),
      synced: () => (this.#hasSynced = true),
      state: (state) => this.#states.set(state.namespace, state),
    }
  }

  get version(): number {
    return this.#store.version
  }

  get isComplete(): boolean {
    return this.#hasSynced && this.#in('listing', 'forbidden', 'absent').length === 0
  }

  /** A watch that waits has either synced before, or is not settled. */
  get isSettled(): boolean {
    const never = this.#in('forbidden', 'absent').length
    if (!this.#hasSynced) return never > 0 && never === this.#states.size
    return this.#in('listing').length === 0
  }

  troubles(): WatchTrouble[] {
    return this.#in('waiting', 'forbidden', 'absent').map(({ namespace, phase, reason }) => ({
      resource: this.resource,
      namespace,
      phase,
      reason,
    }))
  }

  #in(...phases: readonly ModelWatchState['phase'][]): ModelWatchState[] {
    return [...this.#states.values()].filter(({ phase }) => phases.includes(phase))
  }
}
