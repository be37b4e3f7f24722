import type { ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, labels, resourceVersion } from './families.ts'
import { nameOf } from './object.ts'
import { type Binding, roleReferenceLine } from './role-reference.ts'

/** Cluster role bindings. */
export const clusterRoleBindings: ResourceFamilies<Binding> = {
  resource: 'clusterrolebindings',
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRoleBinding',
  namespaced: false,
  baseNames: ['clusterrolebinding'],
  base: nameOf,
  families: [
    annotations(alpha, 'kube_clusterrolebinding_annotations'),
    labels(alpha, 'kube_clusterrolebinding_labels'),
    alpha('kube_clusterrolebinding_info', 'Information about clusterrolebinding.', roleReferenceLine),
    created(alpha, 'kube_clusterrolebinding_created'),
    resourceVersion(
      'kube_clusterrolebinding_metadata_resource_version',
      'Resource version representing a specific version of the clusterrolebinding.',
    ),
  ],
}
