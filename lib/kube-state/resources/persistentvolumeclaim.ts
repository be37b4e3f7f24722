import type { LineWriter, ResourceFamilies } from '../family.ts'
import { choiceLines, choices } from './choices.ts'
import { type Condition, conditionLines } from './conditions.ts'
import { alpha, annotations, created, deleted, labels, stable } from './families.ts'
import { entryOf, mapOf, strings, text } from './fields.ts'
import { namespaceAndName, type Stored } from './object.ts'
import { wholeUnits } from './quantity.ts'

interface PersistentVolumeClaim extends Stored {
  readonly spec?: {
    readonly storageClassName?: string
    readonly volumeName?: string
    readonly volumeMode?: string
    readonly accessModes?: readonly string[]
    readonly resources?: { readonly requests?: Readonly<Record<string, unknown>> }
  }
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] }
}

const INFO = ['storageclass', 'volumename', 'volumemode']
const ACCESS_MODE = ['access_mode']
const PHASE = ['phase'] as const
const PHASES = choices('Lost', 'Bound', 'Pending')

/** Claims of volumes. */
export const persistentVolumeClaims: ResourceFamilies<PersistentVolumeClaim> = {
  resource: 'persistentvolumeclaims',
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  namespaced: true,
  baseNames: ['namespace', 'persistentvolumeclaim'],
  base: namespaceAndName,
  families: [
    labels(stable, 'kube_persistentvolumeclaim_labels'),
    annotations(alpha, 'kube_persistentvolumeclaim_annotations'),
    stable('kube_persistentvolumeclaim_info', 'Information about persistent volume claim.', (claim, out) =>
      out.labelled(INFO, [classOf(claim), text(claim.spec?.volumeName), text(claim.spec?.volumeMode)], 1),
    ),
    stable(
      'kube_persistentvolumeclaim_status_phase',
      'The phase the persistent volume claim is currently in.',
      ({ status }, out) => choiceLines(PHASE, PHASES, text(status?.phase), out),
    ),
    stable(
      'kube_persistentvolumeclaim_resource_requests_storage_bytes',
      'The capacity of storage requested by the persistent volume claim.',
      storageLine,
    ),
    stable(
      'kube_persistentvolumeclaim_access_mode',
      'The access mode(s) specified by the persistent volume claim.',
      ({ spec }, out) => {
        for (const mode of strings(spec?.accessModes)) out.labelled(ACCESS_MODE, [mode], 1)
      },
    ),
    alpha(
      'kube_persistentvolumeclaim_status_condition',
      'Information about status of different conditions of persistent volume claim.',
      ({ status }, out) => conditionLines(status?.conditions, out),
    ),
    created(alpha, 'kube_persistentvolumeclaim_created'),
    deleted(alpha, 'kube_persistentvolumeclaim_deletion_timestamp'),
  ],
}

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'

/** The annotation of old wins over the field. */
function classOf({ metadata, spec }: PersistentVolumeClaim): string {
  return entryOf(metadata?.annotations, CLASS_ANNOTATION) ?? text(spec?.storageClassName)
}

function storageLine({ spec }: PersistentVolumeClaim, out: LineWriter): void {
  const bytes = wholeUnits(mapOf(spec?.resources?.requests).storage)
  if (!Number.isNaN(bytes)) out.value(bytes)
}
