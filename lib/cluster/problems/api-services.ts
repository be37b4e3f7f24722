import type { ClusterProblem } from '../problem.ts'
import { condition, type Context } from './context.ts'
import { objectOf } from './objects.ts'
import { clip } from './text.ts'
import { graceMs } from './thresholds.ts'

/** Aggregated APIs that do not answer. */
export function findFailedApiServices(context: Context): ClusterProblem[] {
  return [...context.records.apiServices.values()].flatMap((record) => {
    const available = condition(record, 'Available')
    if (record.deletedMs > 0 || available === undefined || available.status === 'True') return []
    if (!context.isOver(available.sinceMs, graceMs.apiService)) return []
    const { reason, message, sinceMs } = available
    const [, version = '', group = ''] = /^([^.]+)\.(.*)$/.exec(record.name) ?? []
    return [
      {
        rule: 'api-service-unavailable',
        severity: 'critical' as const,
        object: objectOf({ kind: 'apiservice', namespace: '', name: record.name }),
        facts: { service: record.service, reason, message: clip(message), group, version },
        sinceMs,
      },
    ]
  })
}
