import type { LineWriter, ResourceFamilies } from '../family.ts'
import { choiceLines, choices } from './choices.ts'
import { alpha, annotations, created, deleted, labels, optIn, stable } from './families.ts'
import { isPresent, mapOf, strings, text } from './fields.ts'
import { nameOf } from './object.ts'
import type { PersistentVolume } from './persistentvolume-object.ts'
import { VOLUME_SOURCE, volumeSourceValues } from './persistentvolume-source.ts'
import { wholeUnits } from './quantity.ts'

const CLAIM = ['name', 'claim_namespace']
const INFO = ['storageclass', ...VOLUME_SOURCE, 'reclaim_policy']
const CSI_ATTRIBUTES = ['csi_mounter', 'csi_map_options']
const VOLUME_MODE = ['volumemode']
const ACCESS_MODE = ['access_mode']
const PHASE = ['phase'] as const
const PHASES = choices('Pending', 'Available', 'Bound', 'Released', 'Failed')

/** Persistent volumes. */
export const persistentVolumes: ResourceFamilies<PersistentVolume> = {
  resource: 'persistentvolumes',
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  namespaced: false,
  baseNames: ['persistentvolume'],
  base: nameOf,
  families: [
    stable('kube_persistentvolume_claim_ref', 'Information about the Persistent Volume Claim Reference.', claimLine),
    annotations(alpha, 'kube_persistentvolume_annotations'),
    labels(stable, 'kube_persistentvolume_labels'),
    stable(
      'kube_persistentvolume_status_phase',
      'The phase indicates if a volume is available, bound to a claim, or released by a claim.',
      ({ status }, out) => choiceLines(PHASE, PHASES, text(status?.phase), out),
    ),
    stable('kube_persistentvolume_info', 'Information about persistentvolume.', infoLine),
    stable('kube_persistentvolume_capacity_bytes', 'Persistentvolume capacity in bytes.', capacityLine),
    created(alpha, 'kube_persistentvolume_created'),
    deleted(alpha, 'kube_persistentvolume_deletion_timestamp'),
    optIn(alpha('kube_persistentvolume_csi_attributes', 'CSI attributes of the Persistent Volume.', csiAttributesLine)),
    alpha('kube_persistentvolume_volume_mode', 'Volume Mode information for the PersistentVolume.', ({ spec }, out) => {
      const mode = isPresent(spec?.volumeMode) ? text(spec.volumeMode) : 'Filesystem'
      out.labelled(VOLUME_MODE, [mode], 1)
    }),
    alpha(
      'kube_persistentvolume_access_mode',
      'The access mode(s) specified by the persistent volume.',
      ({ spec }, out) => {
        for (const mode of strings(spec?.accessModes)) out.labelled(ACCESS_MODE, [mode], 1)
      },
    ),
  ],
}

function claimLine({ spec }: PersistentVolume, out: LineWriter): void {
  const claim = spec?.claimRef
  if (isPresent(claim)) out.labelled(CLAIM, [text(claim.name), text(claim.namespace)], 1)
}

function infoLine({ spec }: PersistentVolume, out: LineWriter): void {
  const policy = text(spec?.persistentVolumeReclaimPolicy)
  out.labelled(INFO, [text(spec?.storageClassName), ...volumeSourceValues(spec), policy], 1)
}

/** 0 where it is not told. */
function capacityLine({ spec }: PersistentVolume, out: LineWriter): void {
  const bytes = wholeUnits(mapOf(spec?.capacity).storage)
  out.value(Number.isNaN(bytes) ? 0 : bytes)
}

function csiAttributesLine({ spec }: PersistentVolume, out: LineWriter): void {
  if (!isPresent(spec?.csi)) return
  const attributes = mapOf(spec.csi.volumeAttributes)
  out.labelled(CSI_ATTRIBUTES, [text(attributes.mounter), text(attributes.mapOptions)], 1)
}
