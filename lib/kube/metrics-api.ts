import type { MetricFamily } from '#lib/exposition'
import { KubeStatusError, type KubeApi } from './api.ts'

/** Reads a quantity as a number: `250m` is 0.25, `1Ki` 1024. */
export type QuantityReader = (text: string) => number

interface Usage {
  readonly cpu?: string
  readonly memory?: string
}

interface NodeMetrics {
  readonly metadata: { readonly name: string }
  readonly usage?: Usage
}

interface PodMetrics {
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly containers?: readonly { readonly name: string; readonly usage?: Usage }[]
}

interface List<T> {
  readonly items?: readonly T[]
}

const ROOT = '/apis/metrics.k8s.io/v1beta1'

/**
 * Use of nodes and pods as `metrics.k8s.io` tells it: the way that is left where kubelets can be read neither directly nor
 * through the API server. It gives CPU as a rate over the last window, so these families have names of their own.
 */
export async function readMetricsApi(
  api: KubeApi,
  namespaces: readonly string[],
  read: QuantityReader,
): Promise<MetricFamily[]> {
  const nodes = namespaces.length > 0 ? [] : await readNodes(api)
  const paths =
    namespaces.length > 0
      ? namespaces.map((name) => `${ROOT}/namespaces/${encodeURIComponent(name)}/pods`)
      : [`${ROOT}/pods`]
  const pods: PodMetrics[] = []
  for (const path of paths) pods.push(...((await api.json<List<PodMetrics>>(path)).items ?? []))
  return [...nodeFamilies(nodes, read), ...containerFamilies(pods, read)]
}

/** Who may see pods may not see nodes: those are left out then. */
async function readNodes(api: KubeApi): Promise<readonly NodeMetrics[]> {
  try {
    return (await api.json<List<NodeMetrics>>(`${ROOT}/nodes`)).items ?? []
  } catch (error) {
    if (error instanceof KubeStatusError && error.status === 403) return []
    throw error
  }
}

function nodeFamilies(nodes: readonly NodeMetrics[], read: QuantityReader): MetricFamily[] {
  const metrics = (resource: keyof Usage) =>
    nodes.map(({ metadata, usage }) => ({ labels: ['node', metadata.name], value: read(usage?.[resource] ?? '0') }))
  return [
    gauge('metrics_api_node_cpu_cores', 'CPU use of a node as metrics.k8s.io tells it.', metrics('cpu')),
    gauge(
      'metrics_api_node_memory_working_set_bytes',
      'Working set of a node as metrics.k8s.io tells it.',
      metrics('memory'),
    ),
  ]
}

function containerFamilies(pods: readonly PodMetrics[], read: QuantityReader): MetricFamily[] {
  const metrics = (resource: keyof Usage) =>
    pods.flatMap(({ metadata, containers = [] }) =>
      containers.map(({ name, usage }) => ({
        labels: ['namespace', metadata.namespace, 'pod', metadata.name, 'container', name],
        value: read(usage?.[resource] ?? '0'),
      })),
    )
  return [
    gauge('metrics_api_container_cpu_cores', 'CPU use of a container as metrics.k8s.io tells it.', metrics('cpu')),
    gauge(
      'metrics_api_container_memory_working_set_bytes',
      'Working set of a container as metrics.k8s.io tells it.',
      metrics('memory'),
    ),
  ]
}

function gauge(name: string, help: string, metrics: MetricFamily['metrics']): MetricFamily {
  return { name, help, type: 'gauge', metrics }
}
