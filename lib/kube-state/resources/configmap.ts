import type { ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, info, labels, resourceVersion, stable } from './families.ts'
import { namespaceAndName, type Stored } from './object.ts'

/** Config maps, of which nothing but the metadata is read. */
export const configMaps: ResourceFamilies<Stored> = {
  resource: 'configmaps',
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  namespaced: true,
  baseNames: ['namespace', 'configmap'],
  base: namespaceAndName,
  families: [
    annotations(alpha, 'kube_configmap_annotations'),
    labels(stable, 'kube_configmap_labels'),
    info(stable, 'kube_configmap_info', 'Information about configmap.'),
    created(stable, 'kube_configmap_created'),
    resourceVersion(
      'kube_configmap_metadata_resource_version',
      'Resource version representing a specific version of the configmap.',
    ),
  ],
}
