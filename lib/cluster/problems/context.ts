import { hasEnded } from '../pod-record.ts'
import type {
  Amounts,
  ClusterRecords,
  Condition,
  EventRecord,
  NodeRecord,
  OwnerRef,
  PodRecord,
  VolumeAttachmentRecord,
} from '../records.ts'
import type { ClusterExtra, FindOptions } from './extra.ts'

/** What is at the top of a pod's owners; a pod of its own is its own workload. */
export interface Workload {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** The records with what rules look up in them; each index is built once, when a rule first asks. */
export class Context {
  readonly records: ClusterRecords
  readonly nowMs: number
  readonly extra: ClusterExtra
  /** Nodes that are not ready, with since when. */
  readonly lost: ReadonlyMap<string, Condition>
  #events: Map<string, EventRecord[]> | undefined
  #podsByNamespace: Map<string, PodRecord[]> | undefined
  #attachments: Map<string, VolumeAttachmentRecord[]> | undefined
  #free: Map<string, Required<Amounts>> | undefined
  readonly #workloads = new Map<string, Workload>()

  constructor(records: ClusterRecords, { nowMs, extra = {} }: FindOptions) {
    this.records = records
    this.nowMs = nowMs
    this.extra = extra
    this.lost = lostNodes(records)
  }

  /** Whether something is as it is for longer than this; what has no time is old. */
  isOver(sinceMs: number, graceMs: number): boolean {
    return this.nowMs - sinceMs >= graceMs
  }

  isRecent(ms: number, withinMs: number): boolean {
    return ms > 0 && this.nowMs - ms < withinMs
  }

  /** Whether what is not there does not exist. */
  knowsAll(resource: string): boolean {
    return this.extra.isComplete?.(resource) ?? true
  }

  /** The Warning events of an object, the newest first. */
  events(kind: string, namespace: string, name: string): readonly EventRecord[] {
    this.#events ??= eventsByObject(this.records)
    return this.#events.get(`${kind}/${namespace}/${name}`) ?? []
  }

  podsOf(namespace: string): readonly PodRecord[] {
    this.#podsByNamespace ??= Map.groupBy(this.records.pods.values(), (pod) => pod.namespace)
    return this.#podsByNamespace.get(namespace) ?? []
  }

  /** The attachments of a volume, to any node. */
  attachmentsOf(volume: string): readonly VolumeAttachmentRecord[] {
    this.#attachments ??= Map.groupBy(this.records.attachments.values(), (one) => one.volume)
    return this.#attachments.get(volume) ?? []
  }

  /** What each node has left for requests, by its name. */
  get free(): ReadonlyMap<string, Required<Amounts>> {
    return (this.#free ??= freeByNode(this.records))
  }

  workloadOf(pod: PodRecord): Workload {
    const self = { kind: 'Pod', namespace: pod.namespace, name: pod.name }
    if (pod.owner === undefined || pod.owner.kind === 'Node') return self
    const key = `${pod.namespace}/${pod.owner.kind}/${pod.owner.name}`
    let found = this.#workloads.get(key)
    if (found === undefined) this.#workloads.set(key, (found = this.topOf(pod.namespace, pod.owner)))
    return found
  }

  /** Follows owners up, so far as they are known. */
  topOf(namespace: string, { kind, name }: OwnerRef): Workload {
    for (let steps = 0; steps < 4; steps++) {
      const owner = this.records.workloads.get(`${kind}/${namespace}/${name}`)?.owner
      if (owner === undefined) break
      ;({ kind, name } = owner)
    }
    return { kind, namespace, name }
  }
}

/** The condition of this type, if there is one. */
export function condition(of: { readonly conditions: readonly Condition[] }, type: string): Condition | undefined {
  return of.conditions.find((one) => one.type === type)
}

/** The nodes whose kubelet is gone or says that it is not ready. */
function lostNodes({ nodes }: ClusterRecords): Map<string, Condition> {
  const lost = new Map<string, Condition>()
  for (const node of nodes.values()) {
    const ready = condition(node, 'Ready')
    if (ready !== undefined && ready.status !== 'True') lost.set(node.name, ready)
  }
  return lost
}

function eventsByObject({ events }: ClusterRecords): Map<string, EventRecord[]> {
  const by = Map.groupBy(events.values(), ({ object }) => `${object.kind}/${object.namespace}/${object.name}`)
  for (const list of by.values()) list.sort((a, b) => b.lastMs - a.lastMs)
  return by
}

function freeByNode({ nodes, pods }: ClusterRecords): Map<string, Required<Amounts>> {
  const free = new Map<string, Required<Amounts>>()
  for (const node of nodes.values()) free.set(node.name, wholeAmounts(node))
  for (const pod of pods.values()) {
    const left = free.get(pod.node)
    if (left === undefined || hasEnded(pod)) continue
    const { cpu = 0, memory = 0, ephemeralStorage = 0 } = pod.requested
    free.set(pod.node, {
      cpu: left.cpu - cpu,
      memory: left.memory - memory,
      ephemeralStorage: left.ephemeralStorage - ephemeralStorage,
      pods: left.pods - 1,
    })
  }
  return free
}

function wholeAmounts({ allocatable }: NodeRecord): Required<Amounts> {
  const { cpu = 0, memory = 0, ephemeralStorage = 0, pods = 0 } = allocatable
  return { cpu, memory, ephemeralStorage, pods }
}

/** Whether labels have all that a selector asks for. */
export function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  for (const key in selector) if (labels[key] !== selector[key]) return false
  return true
}
