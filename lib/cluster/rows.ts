import { namespacesOf } from './cluster-view.ts'
import { containerView } from './container-view.ts'
import { eventView, namespaceOfEvent } from './event-view.ts'
import type { ClusterModel } from './model.ts'
import { namespaceView } from './namespace-view.ts'
import { nodeLostMs } from './node-state.ts'
import { nodeView } from './node-view.ts'
import { topOwner, topWorkload, workloadKey } from './owners.ts'
import { podView } from './pod-view.ts'
import { keyOf } from './record-store.ts'
import type { PodRecord, WorkloadRecord } from './records.ts'
import { noTotal, type Totals } from './totals.ts'
import type { RowSource } from './versioned-list.ts'
import type { ContainerView, EventView, NamespaceView, NodeView, PodView, WorkloadView } from './views.ts'
import { workloadView } from './workload-view.ts'

/** What the rows of each list are made from. */
export const rowsOf = {
  nodes: nodeRows,
  namespaces: namespaceRows,
  workloads: workloadRows,
  pods: podRows,
  containers: containerRows,
  events: eventRows,
}

const forever = Number.POSITIVE_INFINITY

function* nodeRows({ records }: ClusterModel, totals: Totals): Generator<RowSource<NodeView>> {
  for (const node of records.nodes.values()) {
    const total = totals.nodes.get(node.name) ?? noTotal
    const make = () => ({ row: nodeView(node, total), untilMs: forever })
    yield { key: node.name, namespace: '', inputs: [node, total], make }
  }
}

function* namespaceRows(model: ClusterModel, totals: Totals): Generator<RowSource<NamespaceView>> {
  const counts = new Map<string, number>()
  for (const { namespace } of topWorkloads(model)) counts.set(namespace, (counts.get(namespace) ?? 0) + 1)
  for (const name of namespacesOf(model, totals)) {
    const namespace = model.records.namespaces.get(name)
    const total = totals.namespaces.get(name) ?? noTotal
    const workloads = counts.get(name) ?? 0
    const make = (nowMs: number) => namespaceView(name, namespace, { total, workloads }, nowMs)
    yield { key: name, namespace: name, inputs: [namespace, total, workloads], make }
  }
}

function* workloadRows(model: ClusterModel, totals: Totals): Generator<RowSource<WorkloadView>> {
  for (const workload of topWorkloads(model)) {
    const key = workloadKey(workload.kind, workload.namespace, workload.name)
    const total = totals.workloads.get(key) ?? noTotal
    const make = () => ({ row: workloadView(workload, total), untilMs: forever })
    yield { key, namespace: workload.namespace, inputs: [workload, total], make }
  }
}

/** Those that no other workload owns: Deployments, not their ReplicaSets; CronJobs, not their Jobs. */
function* topWorkloads({ records }: ClusterModel): Generator<WorkloadRecord> {
  for (const workload of records.workloads.values())
    if (workload.owner === undefined || topWorkload(workload, records.workloads) === undefined) yield workload
}

function* podRows(model: ClusterModel): Generator<RowSource<PodView>> {
  for (const pod of model.records.pods.values()) yield podRow(model, pod)
}

/** The row of one pod. */
export function podRow(model: ClusterModel, pod: PodRecord): RowSource<PodView> {
  const { situation, workload, inputs } = situationOf(model, pod)
  const make = (nowMs: number) => podView({ ...situation, nowMs }, workload)
  return { key: keyOf(pod), namespace: pod.namespace, inputs: [pod, ...inputs], make }
}

function* containerRows(model: ClusterModel): Generator<RowSource<ContainerView>> {
  for (const pod of model.records.pods.values()) yield* containerRowsOf(model, pod)
}

/** The rows of the containers of one pod, init containers first. */
export function* containerRowsOf(model: ClusterModel, pod: PodRecord): Generator<RowSource<ContainerView>> {
  const { situation, workload, inputs } = situationOf(model, pod)
  for (const container of [...pod.initContainers, ...pod.containers]) {
    const key = `${keyOf(pod)}/${container.name}`
    const make = (nowMs: number) => containerView({ ...situation, nowMs }, container, workload)
    yield { key, namespace: pod.namespace, inputs: [pod, container, ...inputs], make }
  }
}

/** What the state of a pod depends on beside its record. */
function situationOf(model: ClusterModel, pod: PodRecord) {
  const { records } = model
  const events = model.eventsOf('Pod', pod.namespace, pod.name)
  const lostMs = pod.node === '' ? 0 : lostMsOf(model, pod)
  const workload = pod.owner && topOwner(pod, records.workloads)
  const situation = { pod, events, nodeLostMs: lostMs }
  return { situation, workload, inputs: [events, lostMs, workload?.kind, workload?.name] }
}

/** A node that does not exist any more is lost as well, if it is known that there is none. */
function lostMsOf(model: ClusterModel, pod: PodRecord): number {
  const node = model.records.nodes.get(pod.node)
  if (node) return nodeLostMs(node)
  return model.isComplete('nodes') ? Math.max(1, pod.startedMs) : 0
}

function* eventRows({ records }: ClusterModel): Generator<RowSource<EventView>> {
  for (const [key, event] of records.events) {
    const make = () => ({ row: eventView(key, event), untilMs: forever })
    yield { key, namespace: namespaceOfEvent(event), inputs: [event], make }
  }
}
