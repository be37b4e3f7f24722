import { type Scope, seesCluster } from '#lib/storage'
import { sum } from './amounts.ts'
import type { ClusterModel } from './model.ts'
import { isNodeReady } from './node-state.ts'
import type { NodeRecord } from './records.ts'
import { sees } from './scope.ts'
import { noTotal, plus, type Totals } from './totals.ts'
import type { ClusterView } from './views.ts'

/** What is known of a cluster beside its objects: whose it is, and how it is reached. */
export type ClusterStatus = Pick<
  ClusterView,
  | 'present'
  | 'why'
  | 'name'
  | 'context'
  | 'server'
  | 'user'
  | 'source'
  | 'version'
  | 'reachable'
  | 'unreachableSinceMs'
  | 'unreachableWhy'
  | 'notes'
>

/** The cluster as a reader sees it: nodes and their sizes are for who may see the cluster itself, sums go over what is theirs. */
export function clusterView(model: ClusterModel, totals: Totals, status: ClusterStatus, scope: Scope): ClusterView {
  const nodes = seesCluster(scope) ? [...model.records.nodes.values()] : []
  const total = [...totals.namespaces]
    .filter(([namespace]) => sees(scope, namespace))
    .map(([, one]) => one)
    .reduce(plus, noTotal)
  return {
    ...status,
    synced: model.synced,
    nodes: { ready: nodes.filter(isNodeReady).length, total: nodes.length },
    pods: { ready: total.ready, total: total.pods, perNodeLimit: perNodeLimit(nodes) },
    capacity: nodes.map(({ capacity }) => capacity).reduce(sum, {}),
    allocatable: nodes.map(({ allocatable }) => allocatable).reduce(sum, {}),
    requested: total.requested,
    limited: total.limited,
    namespaces: namespacesOf(model, totals).filter((namespace) => sees(scope, namespace)),
  }
}

/** Namespaces that exist, also those that are known only by what is in them. */
export function namespacesOf({ records }: ClusterModel, totals: Totals): readonly string[] {
  const names = new Set([...records.namespaces.keys(), ...totals.namespaces.keys()])
  for (const { namespace } of records.workloads.values()) names.add(namespace)
  return [...names].sort()
}

function perNodeLimit(nodes: readonly NodeRecord[]): number {
  return Math.max(0, ...nodes.map(({ allocatable }) => allocatable.pods ?? 0))
}
