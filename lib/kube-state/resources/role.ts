import type { ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, info, labels, resourceVersion } from './families.ts'
import { namespaceAndName, type Stored } from './object.ts'

/** Roles. */
export const roles: ResourceFamilies<Stored> = {
  resource: 'roles',
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  namespaced: true,
  baseNames: ['namespace', 'role'],
  base: namespaceAndName,
  families: [
    annotations(alpha, 'kube_role_annotations'),
    labels(alpha, 'kube_role_labels'),
    info(alpha, 'kube_role_info', 'Information about role.'),
    created(alpha, 'kube_role_created'),
    resourceVersion(
      'kube_role_metadata_resource_version',
      'Resource version representing a specific version of the role.',
    ),
  ],
}
