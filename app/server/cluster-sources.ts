import type { Source } from '#lib/api'
import {
  ClusterModel,
  type ClusterProblem,
  type ClusterStatus,
  type KubeletAccess,
  topOwner,
  topWorkload,
} from '#lib/cluster'
import { type Scope, seesCluster, seesNamespace } from '#lib/storage'
import type { VerdictExtra } from '#lib/verdict'
import type { Asked } from './ask.ts'
import type { Cluster } from './cluster.ts'
import { metricsApiView, missingFigures } from './cluster-figures.ts'
import { METRICS_API_POOL } from './cluster-options.ts'
import { noCluster } from './cluster-status.ts'
import { clusterSources } from './cluster-views.ts'
import type { NoCluster } from './find-cluster.ts'
import type { TargetsSource } from './targets-json.ts'

/** A cluster, or why none is watched. */
export type WatchedCluster = { readonly cluster: Cluster } | NoCluster

/** What the pages are given of the cluster, whether one is watched or not. */
export function watchedSources(
  watched: WatchedCluster,
  targets: TargetsSource,
  askAs: (scope: Scope) => (expr: string) => Promise<Asked[]>,
): Readonly<Record<string, Source>> {
  if (!('cluster' in watched)) {
    const status = noCluster(watched.why)
    return clusterSources(new ClusterModel(), () => status)
  }
  const { cluster } = watched
  return {
    ...clusterSources(cluster.model, (scope) => statusFor(cluster.status(), scope)),
    'cluster/missing': (scope) => missingFigures(askAs(scope)),
    'cluster/metrics-api': async () => metricsApiView(cluster.model),
    'cluster/monitors': async (scope) => {
      const { monitorsPage } = await import('./monitors-page.ts')
      return monitorsPage(cluster, targets, scope)
    },
  }
}

/** How the cluster is reached tells of nodes, pods and namespaces: that is for readers of everything. */
export function statusFor(status: ClusterStatus, scope: Scope): ClusterStatus {
  return seesCluster(scope) ? status : { ...status, notes: [] }
}

/** What the verdict is told of a cluster beside its series; nothing where none is watched. */
export async function clusterVerdict(
  watched: WatchedCluster,
  targets: TargetsSource,
  scope: Scope,
): Promise<Omit<VerdictExtra, 'containers'>> {
  if (!('cluster' in watched)) return {}
  const { cluster } = watched
  const isOurs = (pool: string) => cluster.targets.planOf(pool) !== undefined
  const problems = cluster.problems(await refusingKubelets(isOurs, targets)).filter((problem) => isSeen(problem, scope))
  return { problems, optionalTargets: optionalTargets(cluster), workloadOf: workloadOf(cluster) }
}

function isSeen({ object }: ClusterProblem, scope: Scope): boolean {
  return seesNamespace(scope, object.namespace)
}

/** Which kubelets refuse us, and in which words, as their scrapes tell. One that cannot be reached is listed, no more. */
export async function refusingKubelets(
  isOurs: (pool: string) => boolean,
  targets: Pick<TargetsSource, 'active'>,
): Promise<KubeletAccess[]> {
  const found = new Map<string, KubeletAccess>()
  for (const { scrapePool, health, lastError, labels, lastScrapeMs } of await targets.active()) {
    const { node = '' } = labels
    if (health !== 'down' || !/^kubelet(-|$)/.test(scrapePool) || !isOurs(scrapePool) || found.has(node)) continue
    const status = refusalOf(lastError)
    if (status !== undefined) found.set(node, { node, status, text: lastError, sinceMs: lastScrapeMs })
  }
  return [...found.values()]
}

function refusalOf(text: string): KubeletAccess['status'] | undefined {
  const status = /(?:status|answered) (40[13])\b/.exec(text)?.[1]
  if (status !== undefined) return status === '401' ? 401 : 403
  return /certificate|self-signed|CERT_|ALTNAME/i.test(text) ? 'certificate' : undefined
}

/** Targets that need not be there are told apart by their job. */
function optionalTargets({ targets }: Cluster): Readonly<Record<string, string>>[] {
  // Use from metrics.k8s.io is asked for only where kubelets cannot be read; many clusters do not serve it.
  return [...targets.optionalPools(), METRICS_API_POOL].map((name) => ({ job: jobOf(name) }))
}

function jobOf(pool: string): string {
  return pool.startsWith('kubelet') ? 'kubelet' : pool.replace(/^eks-/, '')
}

function workloadOf({ model }: Cluster): VerdictExtra['workloadOf'] {
  return (namespace, name) => {
    const pod = model.records.pods.get(`${namespace}/${name}`)
    return pod && topOwner(pod, topWorkload(pod, model.records.workloads))
  }
}
