import { requirementsOf } from './cluster-sight.ts'
import { meta } from './meta-labels.ts'
import { copyRule } from './monitor-rules.ts'
import type { RawRule } from './monitor-selector.ts'
import { monitorRank, type PoolPlan } from './pool-plan.ts'

/** A port of our own pods, and how it is told of. */
interface OwnJob {
  readonly pool: string
  readonly component: 'agent' | 'kube-state' | 'metrics-api'
  readonly port: string
  /** As the rules and dashboards of kube-prometheus call it. */
  readonly job: string
  /** What it tells of names its own objects: its labels stand above those of the target. */
  readonly tellsOfOthers: boolean
}

const jobs: readonly OwnJob[] = [
  { pool: 'binnacle-agent', component: 'agent', port: 'metrics', job: 'node-exporter', tellsOfOthers: false },
  {
    pool: 'binnacle-kube-state',
    component: 'kube-state',
    port: 'metrics',
    job: 'kube-state-metrics',
    tellsOfOthers: true,
  },
  {
    pool: 'binnacle-kube-state-self',
    component: 'kube-state',
    port: 'telemetry',
    job: 'binnacle-kube-state',
    tellsOfOthers: false,
  },
  {
    pool: 'binnacle-metrics-api',
    component: 'metrics-api',
    port: 'telemetry',
    job: 'binnacle-metrics-api',
    tellsOfOthers: true,
  },
]

/**
 * The pools of our own pods, whichever namespace they are in. `withState`: the state of the cluster is read from them, and
 * not made here; otherwise each of its series would be there twice.
 */
export function ownJobPlans(withState: boolean): PoolPlan[] {
  return jobs.filter(({ pool }) => withState || pool !== 'binnacle-kube-state').map(planOf)
}

function planOf(job: OwnJob): PoolPlan {
  const { pool, component, port, tellsOfOthers } = job
  const labels = { 'app.kubernetes.io/part-of': 'binnacle', 'app.kubernetes.io/component': component }
  return {
    name: pool,
    scrapeConfig: {
      job_name: pool,
      ...(tellsOfOthers ? { honor_labels: true } : {}),
      kubernetes_sd_configs: [{ role: 'pod' }],
      relabel_configs: [
        { source_labels: [meta('pod_phase')], regex: '(Failed|Succeeded)', action: 'drop' },
        { source_labels: [meta('pod_container_port_name')], regex: port, action: 'keep' },
        { target_label: 'job', replacement: job.job },
        ...placeRules(job),
      ],
    },
    origin: { kind: 'default', namespace: '', name: pool, index: 0 },
    untrusted: false,
    optional: false,
    credentials: 'none',
    blocked: [],
    only: { labels: requirementsOf(labels) },
    // A pod that an annotation leads to as well is told of under the name that rules know.
    rank: monitorRank,
  }
}

/** Whose series are their own carry where they are from; of the node that an agent is on its name is the instance. */
function placeRules({ component, port, tellsOfOthers }: OwnJob): RawRule[] {
  if (tellsOfOthers) return [{ source_labels: ['__address__'], target_label: 'instance' }]
  const instance = component === 'agent' ? meta('pod_node_name') : '__address__'
  return [
    copyRule('namespace', 'namespace'),
    copyRule('pod_name', 'pod'),
    copyRule('pod_container_name', 'container'),
    copyRule('pod_node_name', 'node'),
    { target_label: 'service', replacement: `binnacle-${component}` },
    { target_label: 'endpoint', replacement: port },
    { source_labels: [instance], target_label: 'instance' },
  ]
}
