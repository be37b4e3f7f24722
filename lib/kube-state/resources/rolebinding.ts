import type { ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, labels, resourceVersion } from './families.ts'
import { namespaceAndName } from './object.ts'
import { type Binding, roleReferenceLine } from './role-reference.ts'

/** Role bindings. */
export const roleBindings: ResourceFamilies<Binding> = {
  resource: 'rolebindings',
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'RoleBinding',
  namespaced: true,
  baseNames: ['namespace', 'rolebinding'],
  base: namespaceAndName,
  families: [
    annotations(alpha, 'kube_rolebinding_annotations'),
    labels(alpha, 'kube_rolebinding_labels'),
    alpha('kube_rolebinding_info', 'Information about rolebinding.', roleReferenceLine),
    created(alpha, 'kube_rolebinding_created'),
    resourceVersion(
      'kube_rolebinding_metadata_resource_version',
      'Resource version representing a specific version of the rolebinding.',
    ),
  ],
}
