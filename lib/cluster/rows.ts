import { namespacesOf } from './cluster-view.ts'
import { eventView, namespaceOfEvent } from './event-view.ts'
import type { ClusterModel } from './model.ts'
import { namespaceView } from './namespace-view.ts'
import { nodeView } from './node-view.ts'
import { topWorkloadFinder, workloadKey } from './owners.ts'
import { containerRows, podRows } from './pod-rows.ts'
import type { WorkloadRecord } from './records.ts'
import { noTotal, type Totals } from './totals.ts'
import type { RowSource } from './versioned-list.ts'
import type { EventView, NamespaceView, NodeView, WorkloadView } from './views.ts'
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
  const topWorkload = topWorkloadFinder(records.workloads)
  for (const workload of records.workloads.values()) if (topWorkload(workload) === undefined) yield workload
}

function* eventRows({ records }: ClusterModel): Generator<RowSource<EventView>> {
  for (const [key, event] of records.events) {
    const make = () => ({ row: eventView(key, event), untilMs: forever })
    yield { key, namespace: namespaceOfEvent(event), inputs: [event], make }
  }
}
