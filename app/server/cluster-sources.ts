import { readFileSync } from 'node:fs'
import type { Source } from '#lib/api'
import { ClusterModel, type ClusterProblem, type KubeletAccess, topOwner, topWorkload } from '#lib/cluster'
import { explainAnnotations, type MonitorReport, nearestText, reasonText } from '#lib/discovery'
import type { Scope } from '#lib/storage'
import type { VerdictExtra } from '#lib/verdict'
import type { Cluster } from './cluster.ts'
import type { NoCluster } from './find-cluster.ts'
import { METRICS_API_SOURCE } from './cluster-bodies.ts'
import { clusterSources } from './cluster-views.ts'
import { noCluster } from './cluster-status.ts'
import type { TargetsSource } from './targets-json.ts'

/** A cluster, or why none is watched. */
export type WatchedCluster = { readonly cluster: Cluster } | NoCluster

/** What the pages are given of the cluster, whether one is watched or not. */
export function watchedSources(watched: WatchedCluster, targets: TargetsSource): Readonly<Record<string, Source>> {
  if (!('cluster' in watched)) {
    const status = noCluster(watched.why)
    return clusterSources(new ClusterModel(), () => status)
  }
  const { cluster } = watched
  return {
    ...clusterSources(cluster.model, () => cluster.status()),
    'cluster/monitors': async (scope) => monitorsPage(cluster, targets, scope),
  }
}

/** What the verdict is told of a cluster beside its series; nothing where none is watched. */
export async function clusterVerdict(
  watched: WatchedCluster,
  targets: TargetsSource,
  scope: Scope,
): Promise<Omit<VerdictExtra, 'containers'>> {
  if (!('cluster' in watched)) return {}
  const { cluster } = watched
  const problems = cluster
    .problems(await refusingKubelets(cluster, targets))
    .filter((problem) => isSeen(problem, scope))
  return { problems, optionalTargets: optionalTargets(cluster), workloadOf: workloadOf(cluster) }
}

function isSeen({ object }: ClusterProblem, scope: Scope): boolean {
  return scope.kind === 'everything' || scope.namespaces.includes(object.namespace)
}

/** Which kubelets refuse us, and in which words, as their scrapes tell. */
async function refusingKubelets(cluster: Cluster, targets: TargetsSource): Promise<KubeletAccess[]> {
  const found = new Map<string, KubeletAccess>()
  for (const { scrapePool, health, lastError, labels, lastScrapeMs } of await targets.active()) {
    if (health !== 'down' || !scrapePool.startsWith('kubelet') || cluster.targets.planOf(scrapePool) === undefined)
      continue
    const { node = '' } = labels
    if (!found.has(node))
      found.set(node, { node, status: refusalOf(lastError), text: lastError, sinceMs: lastScrapeMs })
  }
  return [...found.values()]
}

function refusalOf(text: string): KubeletAccess['status'] {
  if (/\b401\b/.test(text)) return 401
  if (/\b403\b/.test(text)) return 403
  if (/certificate|CERT|SELF_SIGNED|ALTNAME/i.test(text)) return 'certificate'
  return /refused|unreachable|timed out|ECONN|ENET|EHOST/i.test(text) ? 'unreachable' : 'error'
}

/** Targets that need not be there are told apart by their job. */
function optionalTargets({ targets }: Cluster): Readonly<Record<string, string>>[] {
  // Use from metrics.k8s.io is asked for only where kubelets cannot be read; many clusters do not serve it.
  const names = [...targets.optionalPools(), METRICS_API_SOURCE]
  return names.map((name) => ({ job: jobOf(name) }))
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

/** Each monitor object and annotated object: its targets, or why it leads to none and what would work. */
async function monitorsPage(cluster: Cluster, targets: TargetsSource, scope: Scope) {
  const active = (await targets.active()).map(({ scrapePool, discoveredLabels }) => ({
    pool: scrapePool,
    discoveredLabels,
  }))
  const dropped = await targets.dropped({ pool: '' })
  const counts = countsOf(active.map(({ pool }) => pool))
  const drops = Map.groupBy(dropped, ({ pool }) => pool)
  const reports = [
    ...cluster.monitors.explain({
      targets: (pool) => counts.get(pool) ?? 0,
      dropped: (pool) => drops.get(pool) ?? [],
    }),
    ...explainAnnotations(cluster.sight, { active, dropped }),
  ]
  return { reports: reports.filter(({ namespace }) => seesReport(namespace, scope)).map(reportJson) }
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

function seesReport(namespace: string, scope: Scope): boolean {
  return scope.kind === 'everything' || scope.namespaces.includes(namespace)
}

function reportJson(report: MonitorReport) {
  const reasons = report.reasons.map((reason) => ({
    ...reason,
    text: reasonText(reason),
    nearest: (reason.nearest ?? []).map((nearest) => ({ ...nearest, text: nearestText(nearest) })),
  }))
  return { ...report, reasons }
}

/** This machine's boot, as nodes name theirs; '' where it has none. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
