import type { LineWriter, ResourceFamilies } from '../family.ts'
import type { Condition } from './conditions.ts'
import { alpha, annotations, created, deleted, labels, number, optionalNumber, stable } from './families.ts'
import { bit, objects, text } from './fields.ts'
import { type IntOrPercent, scaledValue } from './int-or-percent.ts'
import { namespaceAndName, type Stored } from './object.ts'

interface Deployment extends Stored {
  readonly spec?: {
    readonly replicas?: number
    readonly paused?: boolean
    readonly strategy?: {
      readonly rollingUpdate?: { readonly maxUnavailable?: IntOrPercent; readonly maxSurge?: IntOrPercent }
    }
  }
  readonly status?: {
    readonly replicas?: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly unavailableReplicas?: number
    readonly updatedReplicas?: number
    readonly terminatingReplicas?: number
    readonly observedGeneration?: number
    readonly conditions?: readonly Condition[]
  }
}

const OWNER = ['owner_kind', 'owner_name']
const NOBODY = ['', '']
const CONDITION = ['reason', 'condition', 'status']

/** Reasons of the deployment controller; others are written as `unknown`. */
const REASONS = new Set([
  'ReplicaSetUpdated',
  'ReplicaSetCreateError',
  'NewReplicaSetCreated',
  'FoundNewReplicaSet',
  'NewReplicaSetAvailable',
  'ProgressDeadlineExceeded',
  'DeploymentPaused',
  'DeploymentResumed',
  'MinimumReplicasAvailable',
  'MinimumReplicasUnavailable',
  '',
])

/** Deployments. */
export const deployments: ResourceFamilies<Deployment> = {
  resource: 'deployments',
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespaced: true,
  baseNames: ['namespace', 'deployment'],
  base: namespaceAndName,
  families: [
    alpha('kube_deployment_owner', "Information about the Deployment's owner.", ownerLines),
    created(stable, 'kube_deployment_created'),
    number(
      stable,
      'kube_deployment_status_replicas',
      'The number of replicas per deployment.',
      ({ status }) => status?.replicas,
    ),
    number(
      stable,
      'kube_deployment_status_replicas_ready',
      'The number of ready replicas per deployment.',
      ({ status }) => status?.readyReplicas,
    ),
    number(
      stable,
      'kube_deployment_status_replicas_available',
      'The number of available replicas per deployment.',
      ({ status }) => status?.availableReplicas,
    ),
    number(
      stable,
      'kube_deployment_status_replicas_unavailable',
      'The number of unavailable replicas per deployment.',
      ({ status }) => status?.unavailableReplicas,
    ),
    number(
      stable,
      'kube_deployment_status_replicas_updated',
      'The number of updated replicas per deployment.',
      ({ status }) => status?.updatedReplicas,
    ),
    optionalNumber(
      alpha,
      'kube_deployment_status_terminating_replicas',
      'The number of terminating replicas per deployment.',
      ({ status }) => status?.terminatingReplicas,
    ),
    number(
      stable,
      'kube_deployment_status_observed_generation',
      'The generation observed by the deployment controller.',
      ({ status }) => status?.observedGeneration,
    ),
    stable(
      'kube_deployment_status_condition',
      'The current status conditions of a deployment.',
      reasonedConditionLines,
    ),
    optionalNumber(
      stable,
      'kube_deployment_spec_replicas',
      'Number of desired pods for a deployment.',
      ({ spec }) => spec?.replicas,
    ),
    stable(
      'kube_deployment_spec_paused',
      'Whether the deployment is paused and will not be processed by the deployment controller.',
      ({ spec }, out) => out.value(bit(spec?.paused)),
    ),
    optionalNumber(
      stable,
      'kube_deployment_spec_strategy_rollingupdate_max_unavailable',
      'Maximum number of unavailable replicas during a rolling update of a deployment.',
      ({ spec }) => scaledValue(spec?.strategy?.rollingUpdate?.maxUnavailable, spec?.replicas, Math.floor),
    ),
    optionalNumber(
      stable,
      'kube_deployment_spec_strategy_rollingupdate_max_surge',
      'Maximum number of replicas that can be scheduled above the desired number of replicas during a rolling update of a deployment.',
      ({ spec }) => scaledValue(spec?.strategy?.rollingUpdate?.maxSurge, spec?.replicas, Math.ceil),
    ),
    number(
      stable,
      'kube_deployment_metadata_generation',
      'Sequence number representing a specific generation of the desired state.',
      ({ metadata }) => metadata?.generation,
    ),
    deleted(alpha, 'kube_deployment_deletion_timestamp'),
    annotations(alpha, 'kube_deployment_annotations'),
    labels(stable, 'kube_deployment_labels'),
  ],
}

function ownerLines({ metadata }: Deployment, out: LineWriter): void {
  const owners = objects(metadata?.ownerReferences)
  if (owners.length === 0) out.labelled(OWNER, NOBODY, 1)
  for (const { kind, name } of owners) out.labelled(OWNER, [text(kind), text(name)], 1)
}

function reasonedConditionLines({ status }: Deployment, out: LineWriter): void {
  for (const condition of objects(status?.conditions)) {
    const reason = REASONS.has(text(condition.reason)) ? text(condition.reason) : 'unknown'
    const type = text(condition.type)
    out.labelled(CONDITION, [reason, type, 'true'], condition.status === 'True' ? 1 : 0)
    out.labelled(CONDITION, [reason, type, 'false'], condition.status === 'False' ? 1 : 0)
    out.labelled(CONDITION, [reason, type, 'unknown'], condition.status === 'Unknown' ? 1 : 0)
  }
}
