import { meta } from './meta-labels.ts'
import type { RawRule } from './monitor-selector.ts'

/** The labels that kube-prometheus-stack gives a job of the cluster itself. */
export function controlPlaneRules(job: string, namespace: string, service: string, endpoint: string): RawRule[] {
  return [
    { target_label: 'job', replacement: job },
    { target_label: 'namespace', replacement: namespace },
    { target_label: 'service', replacement: service },
    { target_label: 'endpoint', replacement: endpoint },
  ]
}

/** Another port at the address of a pod, of either family. */
export function podPort(port: number): RawRule[] {
  return portAt(meta('pod_ip'), port)
}

/** Another port at the address of a node, of either family. */
export function nodePort(port: number): RawRule[] {
  return portAt(meta('node_address_InternalIP'), port)
}

function portAt(label: string, port: number): RawRule[] {
  return [
    { source_labels: [label], regex: '([^:]+)', replacement: `$1:${port}`, target_label: '__address__' },
    { source_labels: [label], regex: '(.*:.*)', replacement: `[$1]:${port}`, target_label: '__address__' },
  ]
}
