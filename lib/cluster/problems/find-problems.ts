import type { ClusterProblem } from '../problem.ts'
import type { ClusterRecords } from '../records.ts'
import { findAccess } from './access.ts'
import { findFailedApiServices } from './api-services.ts'
import { findBlindAutoscalers } from './autoscalers.ts'
import { findClaims, findFailedVolumes } from './claims.ts'
import { Context } from './context.ts'
import { findBlockedDrains } from './drains.ts'
import type { FindOptions } from './extra.ts'
import { foldConsequences } from './fold.ts'
import { findFailedJobs } from './jobs.ts'
import { findStuckNamespaces } from './namespaces.ts'
import { findNodes } from './nodes.ts'
import { findRefusedPods } from './refused-pods.ts'
import { findStuckRollouts } from './rollouts.ts'
import { findServicesWithoutEndpoints } from './services.ts'
import { surveyPods } from './survey-pods.ts'

/** All that is wrong in a cluster now, one entry per cause, in no order of weight. One pass over the pods. */
export function findClusterProblems(records: ClusterRecords, options: FindOptions): ClusterProblem[] {
  const context = new Context(records, options)
  if (options.extra?.isSynced === false) return findAccess(context).map((problem) => withAge(problem, options.nowMs))
  const survey = surveyPods(context)
  const found = [
    ...findAccess(context),
    ...findNodes(context, survey),
    ...findFailedApiServices(context),
    ...findStuckNamespaces(context),
    ...findRefusedPods(context),
    ...findClaims(context, survey.waiters),
    ...survey.problems,
    ...findFailedJobs(context),
    ...findStuckRollouts(context),
    ...findServicesWithoutEndpoints(context),
    ...findBlindAutoscalers(context),
    ...findBlockedDrains(context),
    ...findFailedVolumes(context),
  ]
  const living = found.filter((problem) => !isInLeavingNamespace(problem, context))
  return foldConsequences(living, context).map((problem) => withAge(problem, options.nowMs))
}

/** What a namespace that is being deleted still holds is no problem of its own. */
function isInLeavingNamespace({ rule, object }: ClusterProblem, { records }: Context): boolean {
  if (rule === 'namespace-terminating' || object.namespace === '') return false
  return (records.namespaces.get(object.namespace)?.deletedMs ?? 0) > 0
}

/** Sentences tell ages; a time of 0 is not known. */
function withAge(problem: ClusterProblem, nowMs: number): ClusterProblem {
  const { sinceMs, ...rest } = problem
  if (sinceMs === undefined || sinceMs <= 0) return rest
  const sinceSeconds = Math.max(0, Math.round((nowMs - sinceMs) / 1000))
  return { ...problem, facts: { ...problem.facts, sinceSeconds } }
}
