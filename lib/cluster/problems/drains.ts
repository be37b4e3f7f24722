import { hasEnded } from '../pod-record.ts'
import type { ClusterProblem } from '../problem.ts'
import type { BudgetRecord, PodRecord } from '../records.ts'
import { condition, selects, type Context } from './context.ts'
import { namesOf, objectOf } from './objects.ts'
import { graceMs } from './thresholds.ts'

/** Cordoned nodes with pods that no drain may evict, because a budget allows no disruption. */
export function findBlockedDrains(context: Context): ClusterProblem[] {
  const cordoned = [...context.records.nodes.values()].filter(
    (node) => node.unschedulable && !context.lost.has(node.name),
  )
  const closed = [...context.records.budgets.values()].filter((budget) => isClosed(budget, context))
  return cordoned.flatMap((node) =>
    closed.flatMap((budget) => {
      const pods = context.podsOf(budget.namespace).filter((pod) => isHeld(pod, node.name, budget))
      return pods.length === 0 ? [] : [problemOf(node.name, budget, pods)]
    }),
  )
}

function isClosed(budget: BudgetRecord, context: Context): boolean {
  const allowed = condition(budget, 'DisruptionAllowed')
  if (budget.disruptionsAllowed > 0 || budget.expectedPods === 0 || Object.keys(budget.selector).length === 0)
    return false
  return allowed === undefined || (allowed.status !== 'True' && context.isOver(allowed.sinceMs, graceMs.budget))
}

/** A drain leaves pods of DaemonSets and of the node itself where they are. */
function isHeld(pod: PodRecord, node: string, budget: BudgetRecord): boolean {
  const stays = pod.owner?.kind === 'DaemonSet' || pod.owner?.kind === 'Node'
  return pod.node === node && !stays && !hasEnded(pod) && pod.deletedMs === 0 && selects(budget.selector, pod.labels)
}

function problemOf(node: string, budget: BudgetRecord, pods: readonly PodRecord[]): ClusterProblem {
  const { currentHealthy, desiredHealthy, expectedPods } = budget
  return {
    rule: 'drain-blocked',
    severity: 'warning',
    object: objectOf({ kind: 'node', namespace: '', name: node }),
    facts: {
      budget: `${budget.namespace}/${budget.name}`,
      budgetNamespace: budget.namespace,
      budgetName: budget.name,
      healthy: currentHealthy,
      needed: desiredHealthy,
      expected: expectedPods,
      pods: pods.length,
      pod: pods[0].name,
    },
    ...sinceOf(budget),
    pods: namesOf(pods),
  }
}

function sinceOf(budget: BudgetRecord): { sinceMs?: number } {
  const sinceMs = condition(budget, 'DisruptionAllowed')?.sinceMs ?? 0
  return sinceMs > 0 ? { sinceMs } : {}
}
