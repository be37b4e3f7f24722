/** The addresses of objects. A dot is written as %2E: servers take a path with a dot for a file. */
function part(name: string): string {
  return encodeURIComponent(name).replaceAll('.', '%2E')
}

/** An object that has a page. */
export interface ObjectRef {
  /** As Kubernetes writes it or in lower case: Pod, Deployment, node … */
  kind: string
  namespace: string
  name: string
  /** Of a container: its pod. */
  pod?: string
}

const WORKLOADS: Record<string, string> = {
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  replicaset: 'ReplicaSet',
  replicationcontroller: 'ReplicationController',
  job: 'Job',
  cronjob: 'CronJob',
}

/** The page of an object, and `c` for a container of its pod; null where its kind has none. */
export function objectPath({ kind, namespace, name, pod }: ObjectRef): string | null {
  const lower = kind.toLowerCase()
  if (lower === 'node') return `/nodes/${part(name)}`
  if (lower === 'namespace') return `/namespaces/${part(name)}`
  if (lower === 'pod') return `/pods/${part(namespace)}/${part(name)}`
  if (lower === 'container' && pod !== undefined) return `/pods/${part(namespace)}/${part(pod)}`
  return lower in WORKLOADS ? `/workloads/${WORKLOADS[lower]}/${part(namespace)}/${part(name)}` : null
}

/** A kind as a person reads it: `deployment` is `Deployment`, `replicaset` is `ReplicaSet`. */
export function kindName(kind: string): string {
  return WORKLOADS[kind.toLowerCase()] ?? `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`
}
