import { useDeferredValue, useMemo } from 'react'
import type { ContainerView, NamespaceView, NodeView, PodView, WorkloadView } from '#lib/cluster'
import { useNamespaces } from '../../app/cluster.ts'
import { useClusterList, useInstant } from '../../app/data.ts'
import { nodeQueries, NOW, usageQueries, type ClusterScope, type SplitBy } from '../../lib/cluster-queries.ts'
import type { InstantSeries } from '../../lib/columns.ts'
import {
  byWorkload,
  measuredBy,
  NOT_MEASURED,
  resourceRow,
  type ResourceKind,
  type ResourceRow,
} from '../../lib/resource-row.ts'

/** How the answers for each table are split; those for workloads are sums of their pods. */
const SPLIT: Record<ResourceKind, SplitBy> = {
  nodes: 'node',
  namespaces: 'namespace',
  workloads: 'namespace, pod',
  pods: 'namespace, pod',
  containers: 'namespace, pod, container',
}

type View = NodeView | NamespaceView | WorkloadView | PodView | ContainerView

/** The rows of a table as far as its list has come, in the namespaces of the page; `all` are those of every namespace. */
export interface Rows {
  rows: ResourceRow[] | undefined
  all: ResourceRow[] | undefined
  error: string | null
}

/** All objects of a kind, with what is measured of them. */
export function useResourceRows(kind: ResourceKind): Rows {
  const namespaces = useNamespaces()
  const list = useClusterList(kind)
  const pods = useClusterList(kind === 'workloads' ? 'pods' : null).data
  const all = useRowsOf(kind, list.data, EVERYTHING, pods)
  const rows = useMemo(() => {
    if (namespaces.length === 0 || kind === 'nodes') return all
    return all?.filter((row) => namespaces.includes(kind === 'namespaces' ? row.name : row.namespace))
  }, [all, namespaces, kind])
  return { rows, all, error: list.error }
}

const EVERYTHING: ClusterScope = {}
const NO_PODS: readonly PodView[] = []

/** Views as rows, with what is measured within a scope; workloads need their pods to add up. */
export function useRowsOf(
  kind: ResourceKind,
  views: readonly View[] | undefined,
  scope: ClusterScope,
  pods: readonly PodView[] = NO_PODS,
): ResourceRow[] | undefined {
  const ofNodes = kind === 'nodes'
  const by = SPLIT[kind]
  const cpu = useInstant(ofNodes ? nodeQueries.cpu(NOW, scope.node) : usageQueries.cpu(by, scope, NOW)).data
  const memory = useInstant(ofNodes ? nodeQueries.memory(scope.node) : usageQueries.memory(by, scope)).data
  const wantsThrottled = kind === 'pods' || kind === 'containers'
  const throttled = useInstant(wantsThrottled ? usageQueries.throttled(by, scope, NOW) : null).data
  const ofCpu = useMeasured(kind, cpu, pods)
  const ofMemory = useMeasured(kind, memory, pods)
  const ofThrottled = useMeasured(kind, throttled, NO_PODS)
  return useMemo(
    () =>
      views?.map((view) => resourceRow(kind, view as never, { cpu: ofCpu, memory: ofMemory, throttled: ofThrottled })),
    [kind, views, ofCpu, ofMemory, ofThrottled],
  )
}

/** An answer by the keys of rows; that of workloads is added up from their pods. Answers that come together are drawn together. */
function useMeasured(
  kind: ResourceKind,
  answer: InstantSeries[] | undefined,
  pods: readonly PodView[],
): ReadonlyMap<string, number> {
  const settled = useDeferredValue(answer)
  return useMemo(() => {
    const values = measuredBy(SPLIT[kind].split(', '), settled)
    return kind === 'workloads' ? byWorkload(pods, values) : values
  }, [kind, settled, pods])
}

/** One object as a row, with what is measured of it. */
export function useOneRow(
  kind: ResourceKind,
  view: View,
  scope: ClusterScope,
  pods: readonly PodView[] = NO_PODS,
): ResourceRow {
  const views = useMemo(() => [view], [view])
  const rows = useRowsOf(kind, views, scope, pods)
  return rows?.[0] ?? resourceRow(kind, view as never, NOT_MEASURED)
}
