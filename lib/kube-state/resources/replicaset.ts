import type { ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, labels, number, optionalNumber, stable } from './families.ts'
import { namespaceAndName, type Stored } from './object.ts'
import { ownerLines } from './owners.ts'

interface ReplicaSet extends Stored {
  readonly spec?: { readonly replicas?: number }
  readonly status?: {
    readonly replicas?: number
    readonly fullyLabeledReplicas?: number
    readonly readyReplicas?: number
    readonly terminatingReplicas?: number
    readonly observedGeneration?: number
  }
}

/** Replica sets. */
export const replicaSets: ResourceFamilies<ReplicaSet> = {
  resource: 'replicasets',
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  namespaced: true,
  baseNames: ['namespace', 'replicaset'],
  base: namespaceAndName,
  families: [
    created(stable, 'kube_replicaset_created'),
    number(
      stable,
      'kube_replicaset_status_replicas',
      'The number of replicas per ReplicaSet.',
      ({ status }) => status?.replicas,
    ),
    number(
      stable,
      'kube_replicaset_status_fully_labeled_replicas',
      'The number of fully labeled replicas per ReplicaSet.',
      ({ status }) => status?.fullyLabeledReplicas,
    ),
    number(
      stable,
      'kube_replicaset_status_ready_replicas',
      'The number of ready replicas per ReplicaSet.',
      ({ status }) => status?.readyReplicas,
    ),
    optionalNumber(
      alpha,
      'kube_replicaset_status_terminating_replicas',
      'The number of terminating replicas per ReplicaSet.',
      ({ status }) => status?.terminatingReplicas,
    ),
    number(
      stable,
      'kube_replicaset_status_observed_generation',
      'The generation observed by the ReplicaSet controller.',
      ({ status }) => status?.observedGeneration,
    ),
    optionalNumber(
      stable,
      'kube_replicaset_spec_replicas',
      'Number of desired pods for a ReplicaSet.',
      ({ spec }) => spec?.replicas,
    ),
    number(
      stable,
      'kube_replicaset_metadata_generation',
      'Sequence number representing a specific generation of the desired state.',
      ({ metadata }) => metadata?.generation,
    ),
    stable('kube_replicaset_owner', "Information about the ReplicaSet's owner.", ownerLines),
    annotations(alpha, 'kube_replicaset_annotations'),
    labels(stable, 'kube_replicaset_labels'),
  ],
}
