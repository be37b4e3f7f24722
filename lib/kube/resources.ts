import type { Resource } from './resource.ts'

function of(
  group: string,
  version: string,
  plural: string,
  kind: string,
  namespaced: boolean,
  form: Resource['form'] = 'object',
): Resource {
  return { group, version, plural, kind, namespaced, form }
}

const admission = 'admissionregistration.k8s.io'
const rbac = 'rbac.authorization.k8s.io'
const storage = 'storage.k8s.io'
const networking = 'networking.k8s.io'
const monitoring = 'monitoring.coreos.com'

/** The kinds that Binnacle knows, by their plural name, each in the least form that serves. */
export const resources = {
  pods: of('', 'v1', 'pods', 'Pod', true),
  nodes: of('', 'v1', 'nodes', 'Node', false),
  namespaces: of('', 'v1', 'namespaces', 'Namespace', false),
  services: of('', 'v1', 'services', 'Service', true),
  endpoints: of('', 'v1', 'endpoints', 'Endpoints', true),
  replicationcontrollers: of('', 'v1', 'replicationcontrollers', 'ReplicationController', true),
  persistentvolumes: of('', 'v1', 'persistentvolumes', 'PersistentVolume', false),
  persistentvolumeclaims: of('', 'v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', true),
  resourcequotas: of('', 'v1', 'resourcequotas', 'ResourceQuota', true),
  limitranges: of('', 'v1', 'limitranges', 'LimitRange', true),
  /** No value of one crosses the wire. */
  configmaps: of('', 'v1', 'configmaps', 'ConfigMap', true, 'metadata'),
  /** The Type column is all that is asked for. */
  secrets: of('', 'v1', 'secrets', 'Secret', true, 'table'),
  serviceaccounts: of('', 'v1', 'serviceaccounts', 'ServiceAccount', true),
  events: of('', 'v1', 'events', 'Event', true),
  endpointslices: of('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice', true),
  ingresses: of(networking, 'v1', 'ingresses', 'Ingress', true),
  ingressclasses: of(networking, 'v1', 'ingressclasses', 'IngressClass', false),
  networkpolicies: of(networking, 'v1', 'networkpolicies', 'NetworkPolicy', true),
  deployments: of('apps', 'v1', 'deployments', 'Deployment', true),
  replicasets: of('apps', 'v1', 'replicasets', 'ReplicaSet', true),
  statefulsets: of('apps', 'v1', 'statefulsets', 'StatefulSet', true),
  daemonsets: of('apps', 'v1', 'daemonsets', 'DaemonSet', true),
  jobs: of('batch', 'v1', 'jobs', 'Job', true),
  cronjobs: of('batch', 'v1', 'cronjobs', 'CronJob', true),
  horizontalpodautoscalers: of('autoscaling', 'v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', true),
  poddisruptionbudgets: of('policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget', true),
  storageclasses: of(storage, 'v1', 'storageclasses', 'StorageClass', false),
  volumeattachments: of(storage, 'v1', 'volumeattachments', 'VolumeAttachment', false),
  leases: of('coordination.k8s.io', 'v1', 'leases', 'Lease', true),
  roles: of(rbac, 'v1', 'roles', 'Role', true),
  rolebindings: of(rbac, 'v1', 'rolebindings', 'RoleBinding', true),
  clusterroles: of(rbac, 'v1', 'clusterroles', 'ClusterRole', false),
  clusterrolebindings: of(rbac, 'v1', 'clusterrolebindings', 'ClusterRoleBinding', false),
  certificatesigningrequests: of(
    'certificates.k8s.io',
    'v1',
    'certificatesigningrequests',
    'CertificateSigningRequest',
    false,
  ),
  mutatingwebhookconfigurations: of(
    admission,
    'v1',
    'mutatingwebhookconfigurations',
    'MutatingWebhookConfiguration',
    false,
  ),
  validatingwebhookconfigurations: of(
    admission,
    'v1',
    'validatingwebhookconfigurations',
    'ValidatingWebhookConfiguration',
    false,
  ),
  mutatingadmissionpolicies: of(admission, 'v1', 'mutatingadmissionpolicies', 'MutatingAdmissionPolicy', false),
  mutatingadmissionpolicybindings: of(
    admission,
    'v1',
    'mutatingadmissionpolicybindings',
    'MutatingAdmissionPolicyBinding',
    false,
  ),
  validatingadmissionpolicies: of(admission, 'v1', 'validatingadmissionpolicies', 'ValidatingAdmissionPolicy', false),
  validatingadmissionpolicybindings: of(
    admission,
    'v1',
    'validatingadmissionpolicybindings',
    'ValidatingAdmissionPolicyBinding',
    false,
  ),
  apiservices: of('apiregistration.k8s.io', 'v1', 'apiservices', 'APIService', false),
  customresourcedefinitions: of(
    'apiextensions.k8s.io',
    'v1',
    'customresourcedefinitions',
    'CustomResourceDefinition',
    false,
    'metadata',
  ),
  servicemonitors: of(monitoring, 'v1', 'servicemonitors', 'ServiceMonitor', true),
  podmonitors: of(monitoring, 'v1', 'podmonitors', 'PodMonitor', true),
  probes: of(monitoring, 'v1', 'probes', 'Probe', true),
  scrapeconfigs: of(monitoring, 'v1alpha1', 'scrapeconfigs', 'ScrapeConfig', true),
} as const satisfies Readonly<Record<string, Resource>>
