import type { Family, LineWriter } from '../family.ts'
import { toPrometheusLabels } from '../label-rules.ts'
import { alpha, optIn, stable } from './families.ts'
import { bit, isPresent, mapOf, objects, optionalInteger, stringMap, text } from './fields.ts'
import type { Pod, Toleration, Volume } from './pod-object.ts'
import { units, wholeUnits } from './quantity.ts'

const TYPE = ['type']
const RUNTIME_CLASS = ['runtimeclass_name']
const VOLUME = ['volume', 'persistentvolumeclaim', 'ephemeral']
const TOLERATION = ['key', 'operator', 'value', 'effect', 'toleration_seconds']
const SERVICE_ACCOUNT = ['service_account']
const NAME = ['name']
const RESOURCE_CLAIM = ['claim_name', 'resourceclaim_name', 'resourceclaim_template_name']

/** Resources that running the pod itself costs. */
export const podOverheadFamilies: readonly Family<Pod>[] = [
  alpha(
    'kube_pod_overhead_cpu_cores',
    'The pod overhead in regards to cpu cores associated with running a pod.',
    ({ spec }, out) => quantityLine(units(mapOf(spec?.overhead).cpu), out),
  ),
  alpha(
    'kube_pod_overhead_memory_bytes',
    'The pod overhead in regards to memory associated with running a pod.',
    ({ spec }, out) => quantityLine(wholeUnits(mapOf(spec?.overhead).memory), out),
  ),
]

/** Claims, policies and volumes that the pod asks for. */
export const podSpecFamilies: readonly Family<Pod>[] = [
  alpha(
    'kube_pod_resourceclaim_info',
    'Information about a DRA ResourceClaim referenced by a pod, one series per pod.spec.resourceClaims entry; claim_name is the pod-local reference and resourceclaim_name is the resolved ResourceClaim object name.',
    resourceClaimLines,
  ),
  stable('kube_pod_restart_policy', 'Describes the restart policy in use by this pod.', ({ spec }, out) =>
    out.labelled(TYPE, [text(spec?.restartPolicy)], 1),
  ),
  alpha('kube_pod_runtimeclass_name_info', 'The runtimeclass associated with the pod.', ({ spec }, out) => {
    if (isPresent(spec?.runtimeClassName)) out.labelled(RUNTIME_CLASS, [text(spec.runtimeClassName)], 1)
  }),
  stable(
    'kube_pod_spec_volumes_persistentvolumeclaims_info',
    'Information about persistentvolumeclaim and ephemeral volumes in a pod.',
    (pod, out) => volumeLines(pod, () => 1, out),
  ),
  stable(
    'kube_pod_spec_volumes_persistentvolumeclaims_readonly',
    'Describes whether a persistentvolumeclaim is mounted read only. Ephemeral volumes always report 0 since the ephemeral volume source does not support a read-only flag.',
    (pod, out) => volumeLines(pod, (volume) => bit(volume.persistentVolumeClaim?.readOnly), out),
  ),
]

/** Where the pod may run and as whom. */
export const podPlacementFamilies: readonly Family<Pod>[] = [
  alpha('kube_pod_tolerations', 'Information about the pod tolerations', tolerationLines),
  optIn(alpha('kube_pod_nodeselectors', 'Describes the Pod nodeSelectors.', nodeSelectorLines)),
  alpha('kube_pod_service_account', 'The service account for a pod.', ({ spec }, out) =>
    out.labelled(SERVICE_ACCOUNT, [text(spec?.serviceAccountName)], 1),
  ),
  alpha('kube_pod_scheduler', 'The scheduler for a pod.', ({ spec }, out) =>
    out.labelled(NAME, [text(spec?.schedulerName)], 1),
  ),
]

function quantityLine(value: number, out: LineWriter): void {
  if (!Number.isNaN(value)) out.value(value)
}

function volumeLines(pod: Pod, value: (volume: Volume) => number, out: LineWriter): void {
  for (const volume of objects(pod.spec?.volumes)) {
    const name = text(volume.name)
    if (isPresent(volume.persistentVolumeClaim)) {
      out.labelled(VOLUME, [name, text(volume.persistentVolumeClaim.claimName), 'false'], value(volume))
    } else if (isPresent(volume.ephemeral)) {
      out.labelled(VOLUME, [name, `${text(pod.metadata?.name)}-${name}`, 'true'], value(volume))
    }
  }
}

function tolerationLines({ spec }: Pod, out: LineWriter): void {
  const tolerations = objects(spec?.tolerations)
  for (let i = 0; i < tolerations.length; i++) {
    const values = tolerationValues(tolerations[i])
    const isRepeated = tolerations.some((earlier, j) => j < i && isSame(tolerationValues(earlier), values))
    if (!isRepeated) out.labelled(TOLERATION, values, 1)
  }
}

function tolerationValues({ key, operator, value, effect, tolerationSeconds }: Toleration): readonly string[] {
  return [text(key), text(operator), text(value), text(effect), optionalInteger(tolerationSeconds)]
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function nodeSelectorLines({ spec }: Pod, out: LineWriter): void {
  const { names, values } = toPrometheusLabels('nodeselector', stringMap(spec?.nodeSelector))
  out.labelled(names, values, 1)
}

function resourceClaimLines(pod: Pod, out: LineWriter): void {
  for (const { name, resourceClaimName, resourceClaimTemplateName } of objects(pod.spec?.resourceClaims)) {
    if (!isPresent(resourceClaimName) && !isPresent(resourceClaimTemplateName)) continue
    const claim = isPresent(resourceClaimName) ? text(resourceClaimName) : resolvedClaim(pod, text(name))
    out.labelled(RESOURCE_CLAIM, [text(name), claim, text(resourceClaimTemplateName)], 1)
  }
}

/** The claim that was made from a template, '' while it is not there. */
function resolvedClaim({ status }: Pod, name: string): string {
  let resolved = ''
  for (const claim of objects(status?.resourceClaimStatuses)) {
    if (text(claim.name) === name && isPresent(claim.resourceClaimName)) resolved = text(claim.resourceClaimName)
  }
  return resolved
}
