import type { ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, labels, stable } from './families.ts'
import { isPresent, text } from './fields.ts'
import { nameOf, type Stored } from './object.ts'

interface StorageClass extends Stored {
  readonly provisioner?: string
  readonly reclaimPolicy?: string
  readonly volumeBindingMode?: string
}

const INFO = ['provisioner', 'reclaim_policy', 'volume_binding_mode']

/** Storage classes. */
export const storageClasses: ResourceFamilies<StorageClass> = {
  resource: 'storageclasses',
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  namespaced: false,
  baseNames: ['storageclass'],
  base: nameOf,
  families: [
    stable('kube_storageclass_info', 'Information about storageclass.', (storageClass, out) => {
      const { provisioner, reclaimPolicy, volumeBindingMode } = storageClass
      const reclaim = isPresent(reclaimPolicy) ? text(reclaimPolicy) : 'Delete'
      const binding = isPresent(volumeBindingMode) ? text(volumeBindingMode) : 'Immediate'
      out.labelled(INFO, [text(provisioner), reclaim, binding], 1)
    }),
    created(stable, 'kube_storageclass_created'),
    annotations(alpha, 'kube_storageclass_annotations'),
    labels(stable, 'kube_storageclass_labels'),
  ],
}
