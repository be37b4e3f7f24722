import {
  addNamespaceLabels,
  addNodeLabels,
  addPodLabels,
  joinHostPort,
  meta,
  type Labels,
  type Lookups,
} from './meta-labels.ts'
import type { ContainerPortRecord, ContainerRecord, PodRecord } from './records.ts'
import type { DiscoveredGroup } from './target-group.ts'

/** One target for each port of each container; for a container without ports, the bare address of the pod. */
export function buildPod(pod: PodRecord, lookups: Lookups): DiscoveredGroup {
  const source = podSource(pod.namespace, pod.name)
  // A pod that is starting or was evicted has no address.
  if (pod.ip === '') return { source, targets: [], labels: {} }
  const labels: Labels = { [meta('namespace')]: pod.namespace }
  addPodLabels(labels, pod, lookups)
  addNodeLabels(labels, pod.nodeName, lookups)
  addNamespaceLabels(labels, pod.namespace, lookups)
  return { source, targets: pod.containers.flatMap((container) => containerTargets(pod, container)), labels }
}

/** The source of a pod's group. */
export function podSource(namespace: string, name: string): string {
  return `pod/${namespace}/${name}`
}

/** What is said of the container and port behind a target of an endpoint. */
export function addContainerLabels(
  labels: Labels,
  container: ContainerRecord,
  port: ContainerPortRecord,
  protocol = port.protocol,
): void {
  labels[meta('pod_container_name')] = container.name
  labels[meta('pod_container_image')] = container.image
  labels[meta('pod_container_port_name')] = port.name
  labels[meta('pod_container_port_number')] = String(port.number)
  labels[meta('pod_container_port_protocol')] = protocol
  labels[meta('pod_container_init')] = String(container.isInit)
}

function containerTargets(pod: PodRecord, container: ContainerRecord): Labels[] {
  const shared = { [meta('pod_container_id')]: container.id }
  if (container.ports.length > 0) {
    return container.ports.map((port) => {
      const labels: Labels = { __address__: joinHostPort(pod.ip, port.number), ...shared }
      addContainerLabels(labels, container, port)
      return labels
    })
  }
  return [
    {
      __address__: pod.ip,
      ...shared,
      [meta('pod_container_name')]: container.name,
      [meta('pod_container_image')]: container.image,
      [meta('pod_container_init')]: String(container.isInit),
    },
  ]
}
