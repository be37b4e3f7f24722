import {
  type ClusterSight,
  explainAnnotations,
  type MonitorReport,
  type Monitors,
  nearestText,
  reasonText,
} from '#lib/discovery'
import { type Scope, seesNamespace } from '#lib/storage'
import type { TargetsSource } from './targets-json.ts'

/** Each monitor object and annotated object: its targets, or why it leads to none and what would work. */
export async function monitorsPage(
  { monitors, sight }: { readonly monitors: Monitors; readonly sight: ClusterSight },
  targets: TargetsSource,
  scope: Scope,
) {
  const active = (await targets.active()).map(({ scrapePool, discoveredLabels }) => ({
    pool: scrapePool,
    discoveredLabels,
  }))
  const dropped = await targets.dropped({ pool: '' })
  const counts = countsOf(active.map(({ pool }) => pool))
  const drops = Map.groupBy(dropped, ({ pool }) => pool)
  const reports = [
    ...monitors.explain({
      targets: (pool) => counts.get(pool) ?? 0,
      dropped: (pool) => drops.get(pool) ?? [],
    }),
    ...explainAnnotations(sight, { active, dropped }),
  ]
  return { reports: reports.filter(({ namespace }) => seesReport(namespace, scope)).map(reportJson) }
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

function seesReport(namespace: string, scope: Scope): boolean {
  return seesNamespace(scope, namespace)
}

function reportJson(report: MonitorReport) {
  const reasons = report.reasons.map((reason) => ({
    ...reason,
    text: reasonText(reason),
    nearest: (reason.nearest ?? []).map((nearest) => ({ ...nearest, text: nearestText(nearest) })),
  }))
  return { ...report, reasons }
}
