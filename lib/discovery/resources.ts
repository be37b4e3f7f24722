import type { Resource } from '#lib/kube'

/**
 * The kinds that discovery reads, as the catalogue of `#lib/kube` has them (a test compares). They stand here because the
 * schema of this package is loaded by threads that never speak to an API server.
 */
export const resources = {
  pods: of('', 'v1', 'pods', 'Pod', true),
  services: of('', 'v1', 'services', 'Service', true),
  nodes: of('', 'v1', 'nodes', 'Node', false),
  namespaces: of('', 'v1', 'namespaces', 'Namespace', false),
  endpoints: of('', 'v1', 'endpoints', 'Endpoints', true),
  endpointslices: of('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice', true),
  ingresses: of('networking.k8s.io', 'v1', 'ingresses', 'Ingress', true),
  replicasets: of('apps', 'v1', 'replicasets', 'ReplicaSet', true),
  jobs: of('batch', 'v1', 'jobs', 'Job', true),
  servicemonitors: of('monitoring.coreos.com', 'v1', 'servicemonitors', 'ServiceMonitor', true),
  podmonitors: of('monitoring.coreos.com', 'v1', 'podmonitors', 'PodMonitor', true),
  probes: of('monitoring.coreos.com', 'v1', 'probes', 'Probe', true),
  scrapeconfigs: of('monitoring.coreos.com', 'v1alpha1', 'scrapeconfigs', 'ScrapeConfig', true),
} as const

function of(group: string, version: string, plural: string, kind: string, namespaced: boolean): Resource {
  return { group, version, plural, kind, namespaced, form: 'object' }
}
