import type { LineWriter, ResourceFamilies } from '../family.ts'
import { annotations, created, deleted, labels, number, optionalNumber, stable } from './families.ts'
import { count, isPresent, text } from './fields.ts'
import { namespaceAndName, type Stored } from './object.ts'

interface StatefulSet extends Stored {
  readonly spec?: {
    readonly replicas?: number
    readonly ordinals?: { readonly start?: number }
    readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string }
  }
  readonly status?: {
    readonly replicas?: number
    readonly availableReplicas?: number
    readonly currentReplicas?: number
    readonly readyReplicas?: number
    readonly updatedReplicas?: number
    readonly observedGeneration?: number
    readonly currentRevision?: string
    readonly updateRevision?: string
  }
}

const RETENTION = ['when_deleted', 'when_scaled']
const REVISION = ['revision']

/** Stateful sets. */
export const statefulSets: ResourceFamilies<StatefulSet> = {
  resource: 'statefulsets',
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  namespaced: true,
  baseNames: ['namespace', 'statefulset'],
  base: namespaceAndName,
  families: [
    created(stable, 'kube_statefulset_created'),
    number(
      stable,
      'kube_statefulset_status_replicas',
      'The number of replicas per StatefulSet.',
      ({ status }) => status?.replicas,
    ),
    number(
      stable,
      'kube_statefulset_status_replicas_available',
      'The number of available replicas per StatefulSet.',
      ({ status }) => status?.availableReplicas,
    ),
    number(
      stable,
      'kube_statefulset_status_replicas_current',
      'The number of current replicas per StatefulSet.',
      ({ status }) => status?.currentReplicas,
    ),
    number(
      stable,
      'kube_statefulset_status_replicas_ready',
      'The number of ready replicas per StatefulSet.',
      ({ status }) => status?.readyReplicas,
    ),
    number(
      stable,
      'kube_statefulset_status_replicas_updated',
      'The number of updated replicas per StatefulSet.',
      ({ status }) => status?.updatedReplicas,
    ),
    number(
      stable,
      'kube_statefulset_status_observed_generation',
      'The generation observed by the StatefulSet controller.',
      ({ status }) => status?.observedGeneration,
    ),
    optionalNumber(
      stable,
      'kube_statefulset_replicas',
      'Number of desired pods for a StatefulSet.',
      ({ spec }) => spec?.replicas,
    ),
    stable('kube_statefulset_ordinals_start', 'Start ordinal of the StatefulSet.', ({ spec }, out) => {
      if (isPresent(spec?.ordinals)) out.value(count(spec.ordinals.start))
    }),
    number(
      stable,
      'kube_statefulset_metadata_generation',
      'Sequence number representing a specific generation of the desired state for the StatefulSet.',
      ({ metadata }) => metadata?.generation,
    ),
    stable(
      'kube_statefulset_persistentvolumeclaim_retention_policy',
      'Count of retention policy for StatefulSet template PVCs',
      retentionLine,
    ),
    annotations(stable, 'kube_statefulset_annotations'),
    labels(stable, 'kube_statefulset_labels'),
    stable(
      'kube_statefulset_status_current_revision',
      'Indicates the version of the StatefulSet used to generate Pods in the sequence [0,currentReplicas).',
      ({ status }, out) => out.labelled(REVISION, [text(status?.currentRevision)], 1),
    ),
    stable(
      'kube_statefulset_status_update_revision',
      'Indicates the version of the StatefulSet used to generate Pods in the sequence [replicas-updatedReplicas,replicas)',
      ({ status }, out) => out.labelled(REVISION, [text(status?.updateRevision)], 1),
    ),
    deleted(stable, 'kube_statefulset_deletion_timestamp'),
  ],
}

function retentionLine({ spec }: StatefulSet, out: LineWriter): void {
  const policy = spec?.persistentVolumeClaimRetentionPolicy
  const whenDeleted = text(policy?.whenDeleted)
  const whenScaled = text(policy?.whenScaled)
  if (whenDeleted !== '' || whenScaled !== '') out.labelled(RETENTION, [whenDeleted, whenScaled], 1)
}
