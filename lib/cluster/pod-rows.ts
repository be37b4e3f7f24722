import { containerView } from './container-view.ts'
import type { ClusterModel } from './model.ts'
import { nodeLostMs } from './node-state.ts'
import { topOwner, topWorkloadFinder } from './owners.ts'
import { podView } from './pod-view.ts'
import type { Common, PodRecord, WorkloadRecord } from './records.ts'
import type { RowSource } from './versioned-list.ts'
import type { ContainerView, PodView } from './views.ts'

/** What the rows of pods are read from, in one pass. */
export interface RowContext {
  readonly model: ClusterModel
  readonly topWorkload: (object: Common) => WorkloadRecord | undefined
}

/** Begins a pass over pods. */
export function rowContext(model: ClusterModel): RowContext {
  return { model, topWorkload: topWorkloadFinder(model.records.workloads) }
}

/** The rows of all pods. */
export function* podRows(model: ClusterModel): Generator<RowSource<PodView>> {
  const context = rowContext(model)
  for (const [key, pod] of model.records.pods) yield podRow(context, key, pod)
}

/** The row of one pod. */
export function podRow(context: RowContext, key: string, pod: PodRecord): RowSource<PodView> {
  const { situation, workload, inputs } = situationOf(context, key, pod)
  const make = (nowMs: number) => podView({ ...situation, nowMs }, workload)
  return { key, namespace: pod.namespace, inputs, make }
}

/** The rows of all containers. */
export function* containerRows(model: ClusterModel): Generator<RowSource<ContainerView>> {
  const context = rowContext(model)
  for (const [key, pod] of model.records.pods) yield* containerRowsOf(context, key, pod)
}

/** The rows of the containers of one pod, init containers first. */
export function* containerRowsOf(
  context: RowContext,
  podKey: string,
  pod: PodRecord,
): Generator<RowSource<ContainerView>> {
  const { situation, workload, inputs } = situationOf(context, podKey, pod)
  for (const containers of [pod.initContainers, pod.containers]) {
    for (const container of containers) {
      const key = `${podKey}/${container.name}`
      const make = (nowMs: number) => containerView({ ...situation, nowMs }, container, workload)
      yield { key, namespace: pod.namespace, inputs, make }
    }
  }
}

/** What the state of a pod and of its containers depends on. */
function situationOf({ model, topWorkload }: RowContext, key: string, pod: PodRecord) {
  const events = model.eventsOf('Pod', key)
  const lostMs = pod.node === '' ? 0 : lostMsOf(model, pod)
  const workload = pod.owner && topOwner(pod, topWorkload(pod))
  const situation = { pod, events, nodeLostMs: lostMs }
  return { situation, workload, inputs: [pod, events, lostMs, workload?.kind, workload?.name] }
}

/** A node that does not exist any more is lost as well, if it is known that there is none. */
function lostMsOf(model: ClusterModel, pod: PodRecord): number {
  const node = model.records.nodes.get(pod.node)
  if (node) return nodeLostMs(node)
  return model.isComplete('nodes') ? 1 : 0
}
