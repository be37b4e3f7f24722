import { type Scope, seesCluster } from '#lib/storage'
import { namespacesOf } from './cluster-view.ts'
import { eventView, namespaceOfEvent } from './event-view.ts'
import type { ClusterModel } from './model.ts'
import { namespaceView } from './namespace-view.ts'
import { nodeView } from './node-view.ts'
import { topWorkload } from './owners.ts'
import { keyOf } from './record-store.ts'
import type { Common, PodRecord, WorkloadRecord } from './records.ts'
import { containerRowsOf, podRow, rowContext } from './pod-rows.ts'
import { sees } from './scope.ts'
import { noTotal, totalOver, type Totals } from './totals.ts'
import type { EventView, ObjectDetail, ObjectState, PodView } from './views.ts'
import { workloadView } from './workload-view.ts'

/** Which object a page is about. The kind in any case: `pod`, `node`, `namespace`, `Deployment`. */
export interface ObjectName {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** What is read for a page. */
export interface DetailParts {
  readonly model: ClusterModel
  readonly totals: Totals
  readonly scope: Scope
  readonly nowMs: number
}

const MAX_PODS = 500
const MAX_EVENTS = 200

/** An object with what it is made of; undefined when there is none of that name, or none that the reader may see. */
export function objectDetail(parts: DetailParts, object: ObjectName): ObjectDetail | undefined {
  const kind = object.kind.toLowerCase()
  if (kind === 'node') return nodeDetail(parts, object.name)
  if (kind === 'namespace') return namespaceDetail(parts, object.name)
  if (!sees(parts.scope, object.namespace)) return undefined
  return kind === 'pod' ? podDetail(parts, object) : workloadDetail(parts, { ...object, kind })
}

function nodeDetail(parts: DetailParts, name: string): ObjectDetail | undefined {
  const { model, totals, scope } = parts
  const node = model.records.nodes.get(name)
  if (!node || !seesCluster(scope)) return undefined
  const pods = podsWhere(model, (pod) => pod.node === name)
  return {
    kind: 'node',
    object: nodeView(node, totals.nodes.get(name) ?? noTotal),
    conditions: node.conditions,
    events: eventsOf(parts, [['Node', node], ...pods.map(asPod)]),
    containers: [],
    ...podsOf(parts, pods),
    workloads: [],
  }
}

function namespaceDetail(parts: DetailParts, name: string): ObjectDetail | undefined {
  const { model, totals, scope, nowMs } = parts
  if (!sees(scope, name) || !namespacesOf(model, totals).includes(name)) return undefined
  const namespace = model.records.namespaces.get(name)
  const all = [...model.records.workloads.values()].filter((workload) => workload.namespace === name)
  const workloads = all.filter((workload) => topWorkload(workload, model.records.workloads) === undefined)
  const total = totals.namespaces.get(name) ?? noTotal
  const events = [...model.records.events.values()].filter(({ namespace: of }) => of === name)
  return {
    kind: 'namespace',
    object: namespaceView(name, namespace, { total, workloads: workloads.length }, nowMs).row,
    conditions: namespace?.conditions ?? [],
    events: shown(parts, [...events, ...model.eventsOf('Namespace', name)]),
    containers: [],
    ...podsOf(
      parts,
      podsWhere(model, (pod) => pod.namespace === name),
    ),
    workloads: workloads.map((workload) =>
      workloadView(workload, totals.workloads.get(keyOfWorkload(workload)) ?? noTotal),
    ),
  }
}

function podDetail(parts: DetailParts, { namespace, name }: ObjectName): ObjectDetail | undefined {
  const { model, nowMs } = parts
  const pod = model.records.pods.get(`${namespace}/${name}`)
  if (!pod) return undefined
  return {
    kind: 'pod',
    object: podRow(rowContext(model), keyOf(pod), pod).make(nowMs).row,
    conditions: pod.conditions,
    events: eventsOf(parts, [asPod(pod)]),
    containers: [...containerRowsOf(rowContext(model), keyOf(pod), pod)].map((row) => row.make(nowMs).row),
    pods: [],
    podCount: 0,
    workloads: [],
  }
}

function workloadDetail(parts: DetailParts, { kind, namespace, name }: ObjectName): ObjectDetail | undefined {
  const { model } = parts
  const { workloads } = model.records
  const all = [...workloads.values()].filter((workload) => workload.namespace === namespace)
  const workload = all.find((one) => one.name === name && one.kind.toLowerCase() === kind)
  if (!workload) return undefined
  const children = all.filter(({ owner }) => owner?.uid === workload.uid).sort(newestFirst)
  const family = new Set([workload, ...children].map(({ uid }) => uid))
  const pods = podsWhere(model, ({ owner }) => owner !== undefined && family.has(owner.uid))
  return {
    kind: 'workload',
    object: workloadView(workload, totalOver(pods)),
    conditions: workload.conditions,
    events: eventsOf(parts, [...[workload, ...children].map(asWorkload), ...pods.map(asPod)]),
    containers: [],
    ...podsOf(parts, pods),
    workloads: children.map((child) =>
      workloadView(child, totalOver(pods.filter(({ owner }) => owner?.uid === child.uid))),
    ),
  }
}

/** By revision where there is one, else by age. */
function newestFirst(a: WorkloadRecord, b: WorkloadRecord): number {
  return Number(b.revision) - Number(a.revision) || b.createdMs - a.createdMs
}

function keyOfWorkload({ kind, namespace, name }: WorkloadRecord): string {
  return `${kind}/${namespace}/${name}`
}

function podsWhere({ records }: ClusterModel, isMeant: (pod: PodRecord) => boolean): PodRecord[] {
  return [...records.pods.values()].filter(isMeant)
}

const urgency: readonly ObjectState['level'][] = ['critical', 'warning', 'idle', 'ok']

/** The pods of an object, what needs you first; a page that wants more than so many has the list. */
function podsOf({ model, nowMs }: DetailParts, pods: readonly PodRecord[]): Pick<ObjectDetail, 'pods' | 'podCount'> {
  const context = rowContext(model)
  const rows = pods.map((pod) => podRow(context, keyOf(pod), pod).make(nowMs).row).sort(byUrgency)
  return { pods: rows.slice(0, MAX_PODS), podCount: rows.length }
}

function byUrgency(a: PodView, b: PodView): number {
  return urgency.indexOf(a.state.level) - urgency.indexOf(b.state.level) || (a.key < b.key ? -1 : 1)
}

type About = readonly [kind: string, object: Common]

function asPod(pod: PodRecord): About {
  return ['Pod', pod]
}

function asWorkload(workload: WorkloadRecord): About {
  return [workload.kind, workload]
}

function eventsOf(parts: DetailParts, objects: readonly About[]): EventView[] {
  return shown(
    parts,
    objects.flatMap(([kind, object]) => parts.model.eventsOf(kind, keyOf(object))),
  )
}

/** Those that the reader may see, newest first. */
function shown({ scope }: DetailParts, events: ReturnType<ClusterModel['eventsOf']>): EventView[] {
  const visible = events.filter((event) => sees(scope, namespaceOfEvent(event)))
  const newest = visible.toSorted((a, b) => b.lastMs - a.lastMs).slice(0, MAX_EVENTS)
  return newest.map((event) => eventView(event.uid, event))
}
