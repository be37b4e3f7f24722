import type { ResourceFamilies } from '../family.ts'
import { alpha, created, number, optionalNumber, stable } from './families.ts'
import { namespaceAndName, type Stored } from './object.ts'
import { ownerLines } from './owners.ts'

interface ReplicationController extends Stored {
  readonly spec?: { readonly replicas?: number }
  readonly status?: {
    readonly replicas?: number
    readonly fullyLabeledReplicas?: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly observedGeneration?: number
  }
}

/** Replication controllers. */
export const replicationControllers: ResourceFamilies<ReplicationController> = {
  resource: 'replicationcontrollers',
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  namespaced: true,
  baseNames: ['namespace', 'replicationcontroller'],
  base: namespaceAndName,
  families: [
    created(stable, 'kube_replicationcontroller_created'),
    number(
      stable,
      'kube_replicationcontroller_status_replicas',
      'The number of replicas per ReplicationController.',
      ({ status }) => status?.replicas,
    ),
    number(
      stable,
      'kube_replicationcontroller_status_fully_labeled_replicas',
      'The number of fully labeled replicas per ReplicationController.',
      ({ status }) => status?.fullyLabeledReplicas,
    ),
    number(
      stable,
      'kube_replicationcontroller_status_ready_replicas',
      'The number of ready replicas per ReplicationController.',
      ({ status }) => status?.readyReplicas,
    ),
    number(
      stable,
      'kube_replicationcontroller_status_available_replicas',
      'The number of available replicas per ReplicationController.',
      ({ status }) => status?.availableReplicas,
    ),
    number(
      stable,
      'kube_replicationcontroller_status_observed_generation',
      'The generation observed by the ReplicationController controller.',
      ({ status }) => status?.observedGeneration,
    ),
    optionalNumber(
      stable,
      'kube_replicationcontroller_spec_replicas',
      'Number of desired pods for a ReplicationController.',
      ({ spec }) => spec?.replicas,
    ),
    number(
      stable,
      'kube_replicationcontroller_metadata_generation',
      'Sequence number representing a specific generation of the desired state.',
      ({ metadata }) => metadata?.generation,
    ),
    alpha('kube_replicationcontroller_owner', "Information about the ReplicationController's owner.", ownerLines),
  ],
}
