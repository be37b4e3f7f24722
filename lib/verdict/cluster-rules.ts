import { made, over, under } from './bounds.ts'
import { matching } from './rule.ts'

import type { Finding, FindingObject } from './finding.ts'
import type { Rule, Sample } from './rule.ts'

const kubelet = 'job="kubelet",metrics_path="/metrics/cadvisor"'
/** A pod's container; the machine's own containers are job="cadvisor", so that none is judged twice. */
const container = `${kubelet},container!="",container!="POD"`
const byContainer = 'by (namespace, pod, container)'
const byClaim = 'by (namespace, persistentvolumeclaim)'
const volume = 'job="kubelet"'

const used = `max ${byContainer} (container_memory_working_set_bytes{${container}})`
const memoryLimit = `max ${byContainer} (kube_pod_container_resource_limits{resource="memory"} or container_spec_memory_limit_bytes{${container}} > 0)`
const cpuLimit = `max ${byContainer} (kube_pod_container_resource_limits{resource="cpu"} or container_spec_cpu_quota{${container}} / container_spec_cpu_period{${container}})`
const available = `max ${byClaim} (kubelet_volume_stats_available_bytes{${volume}})`
const capacity = `max ${byClaim} (kubelet_volume_stats_capacity_bytes{${volume}} > 0)`
/** How fast the free space of a claim shrinks, in bytes a second; nothing is said before an hour of data. */
const shrinks = `(-1 * max ${byClaim} (deriv(kubelet_volume_stats_available_bytes{${volume}}[6h])) > 0 and ${byClaim.replace('by', 'on')} max ${byClaim} (kubelet_volume_stats_available_bytes{${volume}} offset 1h))`
const root = `${kubelet},id="/"`

const days4 = 4 * 86_400

/** The workload of a pod, where that is known: pods of one workload with the same trouble are one finding. */
export type WorkloadOf = (
  namespace: string,
  pod: string,
) => { readonly kind: string; readonly name: string } | undefined

/** What the series of a cluster show beyond what its objects say. */
export function clusterRules(workloadOf: WorkloadOf = () => undefined): readonly Rule[] {
  return [...containerRules(workloadOf), ...claimRules, ...nodeRules, apiServerRule]
}

/** The ids of these rules. */
export const clusterRuleIds = [
  'pod-memory-near-limit',
  'pod-cpu-throttled',
  'claim-nearly-full',
  'claim-will-be-full',
  'claim-inodes',
  'node-memory-low',
  'node-disk-nearly-full',
  'api-server-errors',
] as const

const containerNames = ['namespace', 'pod', 'container'] as const
const claimNames = ['namespace', 'persistentvolumeclaim'] as const

function containerRules(workloadOf: WorkloadOf): Rule[] {
  return [
    {
      id: 'pod-memory-near-limit',
      expressions: { share: `${used} / ${memoryLimit} > 0.9`, used, limit: memoryLimit },
      find: ({ share, used: uses, limit }) =>
        worstOfWorkloads('pod-memory-near-limit', share, workloadOf, (s) => ({
          usedPercent: s.value * 100,
          usedBytes: matching(uses, s, containerNames) ?? 0,
          limitBytes: matching(limit, s, containerNames) ?? 0,
        })),
    },
    {
      id: 'pod-cpu-throttled',
      expressions: {
        share: `sum ${byContainer} (rate(container_cpu_cfs_throttled_periods_total{${container}}[5m])) / (sum ${byContainer} (rate(container_cpu_cfs_periods_total{${container}}[5m])) > 0) > 0.25`,
        limit: cpuLimit,
      },
      find: ({ share, limit }) =>
        worstOfWorkloads('pod-cpu-throttled', share, workloadOf, (s) => ({
          throttledPercent: s.value * 100,
          limitCores: matching(limit, s, containerNames) ?? 0,
        })),
    },
  ]
}

/** One finding for each container of a workload, with the pod where it is worst and how many there are. */
function worstOfWorkloads(
  rule: string,
  samples: readonly Sample[],
  workloadOf: WorkloadOf,
  facts: (worst: Sample) => Finding['facts'],
): Finding[] {
  const groups = Map.groupBy(samples, ({ labels }) => {
    const { kind, name } = objectOf(labels, workloadOf)
    return `${kind} ${name} ${labels.container}`
  })
  return [...groups.values()].map((group) => {
    const worst = group.reduce((a, b) => (b.value > a.value ? b : a))
    const { container: name = '', pod = '', namespace = '' } = worst.labels
    const common = { container: name, pod, podNamespace: namespace, pods: group.length }
    return made(rule, 'warning', [objectOf(worst.labels, workloadOf), { ...facts(worst), ...common }])
  })
}

function objectOf({ namespace = '', pod = '' }: Sample['labels'], workloadOf: WorkloadOf): FindingObject {
  const { kind, name } = workloadOf(namespace, pod) ?? { kind: 'pod', name: pod }
  return { kind: kind.toLowerCase(), name: `${namespace}/${name}`, namespace, pod }
}

function claim({ labels: { namespace = '', persistentvolumeclaim = '' } }: Sample): FindingObject {
  return { kind: 'claim', name: `${namespace}/${persistentvolumeclaim}`, namespace }
}

const claimRules: readonly Rule[] = [
  {
    id: 'claim-nearly-full',
    expressions: { free: `${available} / ${capacity} < 0.1`, available, capacity },
    find: ({ free, available: left, capacity: all }) =>
      under(free, 0.1, 0.03, 'claim-nearly-full', (s) => [
        claim(s),
        {
          usedPercent: (1 - s.value) * 100,
          availableBytes: matching(left, s, claimNames) ?? 0,
          capacityBytes: matching(all, s, claimNames) ?? 0,
        },
      ]),
  },
  {
    id: 'claim-will-be-full',
    expressions: {
      left: `${available} / ${shrinks} < ${days4} and (${available} / ${capacity} < 0.5)`,
      free: `${available} / ${capacity}`,
      capacity,
      shrinks,
    },
    find: ({ left, free, capacity: all, shrinks: speed }) =>
      under(left, days4, 0, 'claim-will-be-full', (s) => [
        claim(s),
        {
          leftSeconds: s.value,
          usedPercent: (1 - (matching(free, s, claimNames) ?? 1)) * 100,
          capacityBytes: matching(all, s, claimNames) ?? 0,
          growthBytes: (matching(speed, s, claimNames) ?? 0) * 3600,
        },
      ]),
  },
  {
    id: 'claim-inodes',
    expressions: {
      share: `max ${byClaim} (kubelet_volume_stats_inodes_used{${volume}} / (kubelet_volume_stats_inodes{${volume}} > 0)) > 0.95`,
    },
    find: ({ share }) => over(share, 0.95, Infinity, 'claim-inodes', (s) => [claim(s), { usedPercent: s.value * 100 }]),
  },
]

function node({ labels }: Sample): FindingObject {
  return { kind: 'node', name: labels.node ?? '', namespace: '' }
}

const nodeMemory = `max by (node) (container_memory_working_set_bytes{${root}} or node_memory_working_set_bytes{job="kubelet"})`
const nodeTotal = `max by (node) (machine_memory_bytes{job="kubelet"} or kube_node_status_capacity{resource="memory"})`
const diskSize = `max by (node, device) (container_fs_limit_bytes{${root},device=~"/.*"} > 0)`

const nodeRules: readonly Rule[] = [
  {
    id: 'node-memory-low',
    expressions: { share: `${nodeMemory} / ${nodeTotal} > 0.92`, used: nodeMemory, total: nodeTotal },
    find: ({ share, used: uses, total }) =>
      over(share, 0.92, 0.97, 'node-memory-low', (s) => [
        node(s),
        {
          usedPercent: s.value * 100,
          usedBytes: matching(uses, s, ['node']) ?? 0,
          totalBytes: matching(total, s, ['node']) ?? 0,
        },
      ]),
  },
  {
    id: 'node-disk-nearly-full',
    expressions: {
      share: `max by (node, device) (container_fs_usage_bytes{${root},device=~"/.*"}) / ${diskSize} > 0.85`,
      total: diskSize,
    },
    find: ({ share, total }) =>
      over(share, 0.85, 0.95, 'node-disk-nearly-full', (s) => [
        node(s),
        {
          usedPercent: s.value * 100,
          device: s.labels.device ?? '',
          totalBytes: matching(total, s, ['node', 'device']) ?? 0,
        },
      ]),
  },
]

const apiServerRule: Rule = {
  id: 'api-server-errors',
  expressions: {
    share: `sum(rate(apiserver_request_total{job="apiserver",code=~"5.."}[5m])) / (sum(rate(apiserver_request_total{job="apiserver"}[5m])) > 0) > 0.05`,
  },
  find: ({ share }) =>
    over(share, 0.05, 0.2, 'api-server-errors', (s) => [
      { kind: 'cluster', name: '', namespace: '' },
      { errorPercent: s.value * 100 },
    ]),
}
