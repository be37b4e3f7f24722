import type { ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, deleted, labels, number, stable } from './families.ts'
import { namespaceAndName, type Stored } from './object.ts'

interface DaemonSet extends Stored {
  readonly status?: {
    readonly currentNumberScheduled?: number
    readonly desiredNumberScheduled?: number
    readonly numberAvailable?: number
    readonly numberMisscheduled?: number
    readonly numberReady?: number
    readonly numberUnavailable?: number
    readonly observedGeneration?: number
    readonly updatedNumberScheduled?: number
  }
}

/** Daemon sets. */
export const daemonSets: ResourceFamilies<DaemonSet> = {
  resource: 'daemonsets',
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  namespaced: true,
  baseNames: ['namespace', 'daemonset'],
  base: namespaceAndName,
  families: [
    created(stable, 'kube_daemonset_created'),
    number(
      stable,
      'kube_daemonset_status_current_number_scheduled',
      'The number of nodes running at least one daemon pod and are supposed to.',
      ({ status }) => status?.currentNumberScheduled,
    ),
    number(
      stable,
      'kube_daemonset_status_desired_number_scheduled',
      'The number of nodes that should be running the daemon pod.',
      ({ status }) => status?.desiredNumberScheduled,
    ),
    number(
      stable,
      'kube_daemonset_status_number_available',
      'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available',
      ({ status }) => status?.numberAvailable,
    ),
    number(
      stable,
      'kube_daemonset_status_number_misscheduled',
      'The number of nodes running a daemon pod but are not supposed to.',
      ({ status }) => status?.numberMisscheduled,
    ),
    number(
      stable,
      'kube_daemonset_status_number_ready',
      'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and ready.',
      ({ status }) => status?.numberReady,
    ),
    number(
      stable,
      'kube_daemonset_status_number_unavailable',
      'The number of nodes that should be running the daemon pod and have none of the daemon pod running and available',
      ({ status }) => status?.numberUnavailable,
    ),
    number(
      stable,
      'kube_daemonset_status_observed_generation',
      'The most recent generation observed by the daemon set controller.',
      ({ status }) => status?.observedGeneration,
    ),
    number(
      stable,
      'kube_daemonset_status_updated_number_scheduled',
      'The total number of nodes that are running updated daemon pod',
      ({ status }) => status?.updatedNumberScheduled,
    ),
    number(
      stable,
      'kube_daemonset_metadata_generation',
      'Sequence number representing a specific generation of the desired state.',
      ({ metadata }) => metadata?.generation,
    ),
    deleted(alpha, 'kube_daemonset_deletion_timestamp'),
    annotations(alpha, 'kube_daemonset_annotations'),
    labels(stable, 'kube_daemonset_labels'),
  ],
}
