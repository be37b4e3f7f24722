import type { ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, deleted, labels, number, stable } from './families.ts'
import { namespaceAndName, type Stored } from './object.ts'

interface PodDisruptionBudget extends Stored {
  readonly status?: {
    readonly currentHealthy?: number
    readonly desiredHealthy?: number
    readonly disruptionsAllowed?: number
    readonly expectedPods?: number
    readonly observedGeneration?: number
  }
}

/** Budgets of disruptions of pods. */
export const podDisruptionBudgets: ResourceFamilies<PodDisruptionBudget> = {
  resource: 'poddisruptionbudgets',
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  namespaced: true,
  baseNames: ['namespace', 'poddisruptionbudget'],
  base: namespaceAndName,
  families: [
    annotations(alpha, 'kube_poddisruptionbudget_annotations'),
    labels(alpha, 'kube_poddisruptionbudget_labels'),
    created(stable, 'kube_poddisruptionbudget_created'),
    number(
      stable,
      'kube_poddisruptionbudget_status_current_healthy',
      'Current number of healthy pods',
      ({ status }) => status?.currentHealthy,
    ),
    number(
      stable,
      'kube_poddisruptionbudget_status_desired_healthy',
      'Minimum desired number of healthy pods',
      ({ status }) => status?.desiredHealthy,
    ),
    number(
      stable,
      'kube_poddisruptionbudget_status_pod_disruptions_allowed',
      'Number of pod disruptions that are currently allowed',
      ({ status }) => status?.disruptionsAllowed,
    ),
    number(
      stable,
      'kube_poddisruptionbudget_status_expected_pods',
      'Total number of pods counted by this disruption budget',
      ({ status }) => status?.expectedPods,
    ),
    number(
      stable,
      'kube_poddisruptionbudget_status_observed_generation',
      'Most recent generation observed when updating this PDB status',
      ({ status }) => status?.observedGeneration,
    ),
    deleted(alpha, 'kube_poddisruptionbudget_deletion_timestamp'),
  ],
}
