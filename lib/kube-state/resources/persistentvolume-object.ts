import type { Stored } from './object.ts'

/** What is read of a persistent volume. */
export interface PersistentVolume extends Stored {
  readonly spec?: PersistentVolumeSpec
  readonly status?: { readonly phase?: string }
}

export interface PersistentVolumeSpec {
  readonly storageClassName?: string
  readonly persistentVolumeReclaimPolicy?: string
  readonly volumeMode?: string
  readonly accessModes?: readonly string[]
  readonly capacity?: Readonly<Record<string, unknown>>
  readonly claimRef?: { readonly name?: string; readonly namespace?: string }
  readonly gcePersistentDisk?: { readonly pdName?: string }
  readonly awsElasticBlockStore?: { readonly volumeID?: string }
  readonly azureDisk?: { readonly diskName?: string }
  readonly fc?: {
    readonly lun?: number
    readonly targetWWNs?: readonly string[]
    readonly wwids?: readonly string[]
  }
  readonly iscsi?: {
    readonly targetPortal?: string
    readonly iqn?: string
    readonly lun?: number
    readonly initiatorName?: string
  }
  readonly nfs?: { readonly server?: string; readonly path?: string }
  readonly csi?: {
    readonly driver?: string
    readonly volumeHandle?: string
    readonly volumeAttributes?: Readonly<Record<string, string>>
  }
  readonly local?: { readonly path?: string; readonly fsType?: string }
  readonly hostPath?: { readonly path?: string; readonly type?: string }
}
