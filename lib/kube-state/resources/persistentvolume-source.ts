import { count, isPresent, optionalInteger, strings, text } from './fields.ts'
import type { PersistentVolumeSpec } from './persistentvolume-object.ts'

/** Labels that tell where a volume's bytes are. */
export const VOLUME_SOURCE = [
  'gce_persistent_disk_name',
  'ebs_volume_id',
  'azure_disk_name',
  'fc_wwids',
  'fc_lun',
  'fc_target_wwns',
  'iscsi_target_portal',
  'iscsi_iqn',
  'iscsi_lun',
  'iscsi_initiator_name',
  'nfs_server',
  'nfs_path',
  'csi_driver',
  'csi_volume_handle',
  'local_path',
  'local_fs',
  'host_path',
  'host_path_type',
] as const

type Source = { readonly [label in (typeof VOLUME_SOURCE)[number]]?: string }

const NOWHERE: Source = {}

/** Values of those labels, of the first source that the volume has. */
export function volumeSourceValues(spec: PersistentVolumeSpec | undefined): readonly string[] {
  const source = isPresent(spec) ? (cloudDisk(spec) ?? blockDevice(spec) ?? fileSystem(spec) ?? NOWHERE) : NOWHERE
  return VOLUME_SOURCE.map((label) => source[label] ?? '')
}

function cloudDisk({ gcePersistentDisk, awsElasticBlockStore, azureDisk }: PersistentVolumeSpec): Source | undefined {
  if (isPresent(gcePersistentDisk)) return { gce_persistent_disk_name: text(gcePersistentDisk.pdName) }
  if (isPresent(awsElasticBlockStore)) return { ebs_volume_id: text(awsElasticBlockStore.volumeID) }
  if (isPresent(azureDisk)) return { azure_disk_name: text(azureDisk.diskName) }
  return undefined
}

function blockDevice({ fc, iscsi }: PersistentVolumeSpec): Source | undefined {
  if (isPresent(fc)) {
    return {
      fc_wwids: strings(fc.wwids).join(','),
      fc_lun: optionalInteger(fc.lun),
      fc_target_wwns: strings(fc.targetWWNs).join(','),
    }
  }
  if (!isPresent(iscsi)) return undefined
  return {
    iscsi_target_portal: text(iscsi.targetPortal),
    iscsi_iqn: text(iscsi.iqn),
    iscsi_lun: String(count(iscsi.lun)),
    iscsi_initiator_name: text(iscsi.initiatorName),
  }
}

function fileSystem({ nfs, csi, local, hostPath }: PersistentVolumeSpec): Source | undefined {
  if (isPresent(nfs)) return { nfs_server: text(nfs.server), nfs_path: text(nfs.path) }
  if (isPresent(csi)) return { csi_driver: text(csi.driver), csi_volume_handle: text(csi.volumeHandle) }
  if (isPresent(local)) return { local_path: text(local.path), local_fs: text(local.fsType) }
  if (isPresent(hostPath)) return { host_path: text(hostPath.path), host_path_type: text(hostPath.type) }
  return undefined
}
