import { quantity } from './amounts.ts'
import { type ClusterObject, commonOf, conditionsOf } from './common-record.ts'
import { at, fields, number, text } from './fields.ts'
import type { Keeper } from './keeper.ts'
import type { ApiServiceRecord, AutoscalerRecord, BudgetRecord, QuotaRecord } from './records.ts'

/** The record of a HorizontalPodAutoscaler (autoscaling/v2). */
export function autoscalerRecord(autoscaler: ClusterObject, keep: Keeper): AutoscalerRecord {
  const spec = at(autoscaler, 'spec')
  const status = at(autoscaler, 'status')
  return {
    ...commonOf(autoscaler, keep),
    targetKind: keep.name(at(spec, 'scaleTargetRef', 'kind')),
    targetName: keep.name(at(spec, 'scaleTargetRef', 'name')),
    min: number(at(spec, 'minReplicas'), 1),
    max: number(at(spec, 'maxReplicas')),
    current: number(at(status, 'currentReplicas')),
    desired: number(at(status, 'desiredReplicas')),
    conditions: conditionsOf(autoscaler, keep),
  }
}

/** The record of a PodDisruptionBudget. */
export function budgetRecord(budget: ClusterObject, keep: Keeper): BudgetRecord {
  const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = fields(at(budget, 'status'))
  return {
    ...commonOf(budget, keep),
    selector: keep.texts(at(budget, 'spec', 'selector', 'matchLabels')),
    disruptionsAllowed: number(disruptionsAllowed),
    currentHealthy: number(currentHealthy),
    desiredHealthy: number(desiredHealthy),
    expectedPods: number(expectedPods),
    conditions: conditionsOf(budget, keep),
  }
}

/** The record of a ResourceQuota. */
export function quotaRecord(quota: ClusterObject, keep: Keeper): QuotaRecord {
  const status = at(quota, 'status')
  return {
    ...commonOf(quota, keep),
    hard: quantities(at(status, 'hard') ?? at(quota, 'spec', 'hard'), keep),
    used: quantities(at(status, 'used'), keep),
  }
}

function quantities(list: unknown, keep: Keeper): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(fields(list)).flatMap(([name, value]) => {
      const amount = quantity(value)
      return amount === undefined ? [] : [[keep.name(name), amount]]
    }),
  )
}

/** The record of an APIService. */
export function apiServiceRecord(apiService: ClusterObject, keep: Keeper): ApiServiceRecord {
  const service = at(apiService, 'spec', 'service')
  const name = text(at(service, 'name'))
  return {
    ...commonOf(apiService, keep),
    service: name === '' ? '' : keep.name(`${text(at(service, 'namespace'))}/${name}`),
    conditions: conditionsOf(apiService, keep),
  }
}
