import { quantity } from './amounts.ts'
import { type ClusterObject, commonOf, conditionsOf } from './common-record.ts'
import { at, items, text } from './fields.ts'
import type { Keeper } from './keeper.ts'
import type { ClaimRecord, StorageClassRecord, VolumeAttachmentRecord, VolumeRecord } from './records.ts'

/** The record of a PersistentVolumeClaim. */
export function claimRecord(claim: ClusterObject, keep: Keeper): ClaimRecord {
  const spec = at(claim, 'spec')
  const annotations = at(claim, 'metadata', 'annotations')
  // The annotation that came before the field; where both are there, it counts.
  const storageClass = at(annotations, 'volume.beta.kubernetes.io/storage-class') ?? at(spec, 'storageClassName')
  return {
    ...commonOf(claim, keep),
    phase: keep.name(at(claim, 'status', 'phase')),
    storageClass: typeof storageClass === 'string' ? keep.name(storageClass) : undefined,
    volume: keep.text(at(spec, 'volumeName')),
    requested: quantity(at(spec, 'resources', 'requests', 'storage')) ?? 0,
    capacity: quantity(at(claim, 'status', 'capacity', 'storage')) ?? 0,
    accessModes: keep.names(at(spec, 'accessModes')),
    selectedNode: keep.name(at(annotations, 'volume.kubernetes.io/selected-node')),
    conditions: conditionsOf(claim, keep),
  }
}

/** The record of a PersistentVolume. */
export function volumeRecord(volume: ClusterObject, keep: Keeper): VolumeRecord {
  const common = commonOf(volume, keep)
  const claim = at(volume, 'spec', 'claimRef')
  return {
    ...common,
    phase: keep.name(at(volume, 'status', 'phase')),
    reason: keep.name(at(volume, 'status', 'reason')),
    message: keep.message(at(volume, 'status', 'message')),
    storageClass: keep.name(at(volume, 'spec', 'storageClassName')),
    capacity: quantity(at(volume, 'spec', 'capacity', 'storage')) ?? 0,
    claim:
      text(at(claim, 'name')) === '' ? '' : keep.text(`${text(at(claim, 'namespace'))}/${text(at(claim, 'name'))}`),
    zones: keep.names(zonesOf(volume)),
  }
}

function zonesOf(volume: ClusterObject): string[] {
  const terms = items(at(volume, 'spec', 'nodeAffinity', 'required', 'nodeSelectorTerms'))
  const wanted = terms.flatMap(({ matchExpressions }) => items(matchExpressions))
  const zones = wanted
    .filter(({ key, operator }) => /(?:^|[/.])zone$/.test(text(key)) && operator === 'In')
    .flatMap(({ values }) => (Array.isArray(values) ? values.map(text) : []))
  return [...new Set(zones)].sort()
}

/** The record of a VolumeAttachment. */
export function attachmentRecord(attachment: ClusterObject, keep: Keeper): VolumeAttachmentRecord {
  const spec = at(attachment, 'spec')
  const status = at(attachment, 'status')
  return {
    ...commonOf(attachment, keep),
    node: keep.name(at(spec, 'nodeName')),
    volume: keep.text(at(spec, 'source', 'persistentVolumeName')),
    attacher: keep.name(at(spec, 'attacher')),
    attached: at(status, 'attached') === true,
    attachError: keep.message(at(status, 'attachError', 'message')),
    detachError: keep.message(at(status, 'detachError', 'message')),
  }
}

/** The record of a StorageClass. */
export function storageClassRecord(storageClass: ClusterObject, keep: Keeper): StorageClassRecord {
  const annotations = at(storageClass, 'metadata', 'annotations')
  const marks = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']
  return {
    ...commonOf(storageClass, keep),
    provisioner: keep.name(at(storageClass, 'provisioner')),
    isDefault: marks.some((mark) => at(annotations, mark) === 'true'),
    expandable: at(storageClass, 'allowVolumeExpansion') === true,
    bindingMode: keep.name(at(storageClass, 'volumeBindingMode')) || 'Immediate',
  }
}
