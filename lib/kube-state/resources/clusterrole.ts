import type { ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, info, labels, resourceVersion } from './families.ts'
import { nameOf, type Stored } from './object.ts'

/** Cluster roles. */
export const clusterRoles: ResourceFamilies<Stored> = {
  resource: 'clusterroles',
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  namespaced: false,
  baseNames: ['clusterrole'],
  base: nameOf,
  families: [
    annotations(alpha, 'kube_clusterrole_annotations'),
    labels(alpha, 'kube_clusterrole_labels'),
    info(alpha, 'kube_clusterrole_info', 'Information about cluster role.'),
    created(alpha, 'kube_clusterrole_created'),
    resourceVersion(
      'kube_clusterrole_metadata_resource_version',
      'Resource version representing a specific version of the cluster role.',
    ),
  ],
}
