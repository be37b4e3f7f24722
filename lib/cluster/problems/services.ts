import { hasEnded } from '../pod-record.ts'
import type { ClusterProblem } from '../problem.ts'
import type { PodRecord, ServiceRecord, WorkloadRecord } from '../records.ts'
import { selects, type Context } from './context.ts'
import { namesOf, objectOf } from './objects.ts'
import { few } from './text.ts'
import { graceMs } from './thresholds.ts'

/** Services that select pods and have no ready endpoint: none matches, or none is ready. */
export function findServicesWithoutEndpoints(context: Context): ClusterProblem[] {
  // The cluster's own service always has endpoints: none at all means that we may not see them.
  if (context.records.endpoints.size === 0) return []
  if (!context.knowsAll('endpointslices.discovery.k8s.io') || !context.knowsAll('pods')) return []
  const ready = new Map<string, number>()
  for (const one of context.records.endpoints.values()) {
    const key = `${one.namespace}/${one.service}`
    ready.set(key, (ready.get(key) ?? 0) + one.ready)
  }
  return [...context.records.services.values()].flatMap((service) => {
    if ((ready.get(`${service.namespace}/${service.name}`) ?? 0) > 0 || !isJudged(service, context)) return []
    const problem = problemOf(service, context)
    return problem === undefined ? [] : [problem]
  })
}

function isJudged({ type, selector, deletedMs, createdMs }: ServiceRecord, context: Context): boolean {
  const selectsPods = type !== 'ExternalName' && Object.keys(selector).length > 0
  return selectsPods && deletedMs === 0 && context.isOver(createdMs, graceMs.service)
}

function problemOf(service: ServiceRecord, context: Context): ClusterProblem | undefined {
  const pods = context.podsOf(service.namespace).filter((pod) => !hasEnded(pod))
  const matching = pods.filter((pod) => selects(service.selector, pod.labels))
  if (matching.length === 0)
    return isIdle(service, context) ? undefined : problemWith(service, 'nothing', matching, nearestTo(service, pods))
  const isYoung = matching.every((pod) => !context.isOver(pod.createdMs, graceMs.service))
  return isYoung ? undefined : problemWith(service, 'not-ready', matching, { nearest: '', nearestOf: '' })
}

function problemWith(
  service: ServiceRecord,
  why: 'nothing' | 'not-ready',
  pods: readonly PodRecord[],
  like: { readonly nearest: string; readonly nearestOf: string },
): ClusterProblem {
  const { namespace, name, selector } = service
  const text = few(
    Object.entries(selector).map(([key, value]) => `${key}=${value}`),
    6,
  )
  return {
    rule: 'service-without-endpoints',
    severity: why === 'nothing' ? 'warning' : 'critical',
    object: objectOf({ kind: 'service', namespace, name }, pods[0]),
    facts: { why, selector: text, pods: pods.length, pod: pods[0]?.name ?? '', ...like },
    pods: namesOf(pods),
  }
}

/** A workload that it selects was scaled to nothing, or starts only by the clock: nobody is missed. */
function isIdle(service: ServiceRecord, { records }: Context): boolean {
  for (const record of records.workloads.values())
    if (
      record.namespace === service.namespace &&
      record.desired === 0 &&
      isSelectable(record) &&
      selects(service.selector, record.selector)
    )
      return true
  return false
}

function isSelectable(record: WorkloadRecord): boolean {
  return record.kind !== 'ReplicaSet' && Object.keys(record.selector).length > 0
}

/** The pods that agree with most of the selector, and how they differ from it. */
function nearestTo({ selector }: ServiceRecord, pods: readonly PodRecord[]) {
  const keys = Object.keys(selector)
  let best: PodRecord | undefined
  let most = -1
  for (const pod of pods) {
    const score = keys.reduce((sum, key) => sum + likeness(selector[key], pod.labels[key]), 0)
    if (score > most) [best, most] = [pod, score]
  }
  if (best === undefined || most <= 0) return { nearest: '', nearestOf: '' }
  const { labels, name } = best
  const differing = keys.filter((key) => labels[key] !== selector[key])
  const nearest = differing.map((key) => (labels[key] === undefined ? `-${key}` : `${key}=${labels[key]}`)).join(', ')
  return { nearest, nearestOf: name }
}

/** 1: the same; less: so many first letters agree. */
function likeness(asked: string, has: string | undefined): number {
  if (has === undefined) return 0
  if (asked === has) return 1
  let at = 0
  while (at < asked.length && asked[at] === has[at]) at++
  return Math.max(0.1, at / Math.max(asked.length, has.length) / 2)
}
