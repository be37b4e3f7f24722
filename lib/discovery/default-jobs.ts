import { requirementsOf } from './cluster-sight.ts'
import { controlPlaneRules, nodePort, podPort } from './default-rules.ts'
import { meta } from './meta-labels.ts'
import { copyRule } from './monitor-rules.ts'
import { escapeRegex, type RawRule } from './monitor-selector.ts'
import { defaultRank, type PoolPlan, type RawScrapeConfig } from './pool-plan.ts'

/** What the default jobs depend on. */
export interface ClusterShape {
  /** Nodes that run the control plane; empty where it is run by someone else. */
  readonly controlPlaneNodes: readonly string[]
  /** Components that run as pods, by the value of their label. */
  readonly podComponents: ReadonlySet<string>
  /** Nodes whose cAdvisor names no containers: `/metrics/resource` is asked there. */
  readonly resourceNodes: readonly string[]
  /** The API server serves `metrics.eks.amazonaws.com`. */
  readonly isEks: boolean
  /** Our own credential may be shown to scheduler and controller-manager. */
  readonly trustsControlPlane: boolean
}

/** One component of the control plane and the port on which it serves its metrics by default. */
interface Component {
  readonly job: string
  readonly port: number
  readonly scheme: 'http' | 'https'
  /** The label and the value that its pods have. */
  readonly label: string
  readonly value: string
  readonly everyNode?: boolean
}

const components: readonly Component[] = [
  { job: 'kube-scheduler', port: 10259, scheme: 'https', label: 'component', value: 'kube-scheduler' },
  {
    job: 'kube-controller-manager',
    port: 10257,
    scheme: 'https',
    label: 'component',
    value: 'kube-controller-manager',
  },
  { job: 'kube-etcd', port: 2381, scheme: 'http', label: 'component', value: 'etcd' },
  { job: 'kube-proxy', port: 10249, scheme: 'http', label: 'k8s-app', value: 'kube-proxy', everyNode: true },
]

/** Labels by which the pods of the components are known. */
export const componentLabels = ['component', 'k8s-app'] as const

const SYSTEM = 'kube-system'

/**
 * A quarter of what an API server says are buckets that no rule and no dashboard asks for: they are left out, as
 * kube-prometheus-stack does.
 */
const fewerBuckets: RawScrapeConfig = {
  metric_relabel_configs: [
    {
      source_labels: ['__name__', 'le'],
      regex:
        '(etcd_request|apiserver_request_slo|apiserver_request_sli|apiserver_request)_duration_seconds_bucket;(0\\.15|0\\.2|0\\.3|0\\.35|0\\.4|0\\.45|0\\.6|0\\.7|0\\.8|0\\.9|1\\.25|1\\.5|1\\.75|2|3|3\\.5|4|4\\.5|6|7|8|9|15|20|40|45|50)(\\.0)?',
      action: 'drop',
    },
  ],
}

/** The pools of what every cluster has, with the labels that kube-prometheus-stack gives them. */
export function defaultPlans(shape: ClusterShape): PoolPlan[] {
  return [
    ...kubeletPlans(shape),
    plan('apiserver', 'cluster', { ...apiserverConfig('apiserver', '/metrics', 'apiserver'), ...fewerBuckets }),
    plan('coredns', 'none', corednsConfig(), { 'k8s-app': 'kube-dns' }),
    ...components.flatMap((component) => componentPlan(component, shape) ?? []),
    ...(shape.isEks ? eksPlans() : []),
  ]
}

function plan(
  name: string,
  credentials: PoolPlan['credentials'],
  scrapeConfig: RawScrapeConfig,
  labels: Readonly<Record<string, string>> = {},
): PoolPlan {
  return {
    name,
    scrapeConfig,
    origin: { kind: 'default', namespace: '', name, index: 0 },
    untrusted: false,
    optional: true,
    credentials,
    blocked: [],
    ...(Object.keys(labels).length > 0 ? { only: { labels: requirementsOf(labels) } } : {}),
    rank: defaultRank,
  }
}

function kubeletPlans({ resourceNodes }: ClusterShape): PoolPlan[] {
  const resource = { source_labels: [meta('node_name')], regex: anyOf(resourceNodes), action: 'keep' }
  return [
    plan('kubelet', 'cluster', kubeletConfig('kubelet', '/metrics', [])),
    plan('kubelet-cadvisor', 'cluster', kubeletConfig('kubelet-cadvisor', '/metrics/cadvisor', [])),
    plan('kubelet-probes', 'cluster', kubeletConfig('kubelet-probes', '/metrics/probes', [])),
    ...(resourceNodes.length === 0
      ? []
      : [plan('kubelet-resource', 'cluster', kubeletConfig('kubelet-resource', '/metrics/resource', [resource]))]),
  ]
}

/** The kubelet says itself of which pod its series are: its labels stand above those of the target. */
function kubeletConfig(name: string, path: string, keep: readonly RawRule[]): RawScrapeConfig {
  return {
    job_name: name,
    scheme: 'https',
    metrics_path: path,
    honor_labels: true,
    ...(path === '/metrics/cadvisor' ? { track_timestamps_staleness: true } : {}),
    kubernetes_sd_configs: [{ role: 'node' }],
    relabel_configs: [
      ...keep,
      ...controlPlaneRules('kubelet', SYSTEM, 'kubelet', 'https-metrics'),
      { source_labels: ['__metrics_path__'], target_label: 'metrics_path' },
      copyRule('node_name', 'node'),
      { source_labels: ['__address__'], target_label: 'instance' },
    ],
  }
}

function apiserverConfig(
  name: string,
  path: string,
  job: string,
  namespace = 'default',
  service = 'kubernetes',
): RawScrapeConfig {
  return {
    job_name: name,
    scheme: 'https',
    metrics_path: path,
    kubernetes_sd_configs: [{ role: 'endpointslice', namespaces: { names: ['default'] } }],
    relabel_configs: [
      {
        source_labels: [meta('namespace'), meta('service_name'), meta('endpointslice_port_name')],
        regex: 'default;kubernetes;https',
        action: 'keep',
      },
      ...controlPlaneRules(job, namespace, service, 'https'),
    ],
  }
}

function eksPlans(): PoolPlan[] {
  const root = '/apis/metrics.eks.amazonaws.com/v1'
  return [
    ['kube-scheduler', `${root}/ksh/container/metrics`],
    ['kube-controller-manager', `${root}/kcm/container/metrics`],
  ].map(([job, path]) => plan(`eks-${job}`, 'cluster', apiserverConfig(`eks-${job}`, path, job, SYSTEM, job)))
}

function corednsConfig(): RawScrapeConfig {
  return {
    job_name: 'coredns',
    kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [SYSTEM] } }],
    relabel_configs: [
      ...podOf('k8s-app', 'kube-dns'),
      { source_labels: [meta('pod_container_port_number')], regex: '9153', action: 'keep' },
      ...controlPlaneRules('coredns', SYSTEM, 'kube-dns', 'http-metrics'),
      copyRule('pod_name', 'pod'),
      copyRule('pod_container_name', 'container'),
    ],
  }
}

function componentPlan(component: Component, shape: ClusterShape): PoolPlan | undefined {
  const { job, scheme, everyNode = false } = component
  const isPod = shape.podComponents.has(component.value)
  if (!isPod && !everyNode && shape.controlPlaneNodes.length === 0) return undefined
  const credentials = scheme === 'https' && shape.trustsControlPlane ? 'cluster' : 'none'
  const found = isPod ? asPods(component) : asProcesses(component, shape)
  const rules = controlPlaneRules(job, SYSTEM, job, 'http-metrics')
  const config = {
    job_name: job,
    scheme,
    kubernetes_sd_configs: [found.sd],
    relabel_configs: [...found.rules, ...rules, { source_labels: ['__address__'], target_label: 'instance' }],
  }
  return plan(job, credentials, config, isPod ? { [component.label]: component.value } : {})
}

interface Found {
  readonly sd: RawScrapeConfig
  readonly rules: readonly RawRule[]
}

function asPods({ label, value, port }: Component): Found {
  const sd = { role: 'pod', namespaces: { names: [SYSTEM] } }
  const rules = [
    ...podOf(label, value),
    { source_labels: [meta('pod_container_init')], regex: 'true', action: 'drop' },
    ...podPort(port),
    copyRule('pod_name', 'pod'),
    copyRule('pod_container_name', 'container'),
    copyRule('pod_node_name', 'node'),
  ]
  return { sd, rules }
}

/** Where nothing in the cluster tells of them they are tried at their usual ports of the nodes. */
function asProcesses({ port, everyNode }: Component, { controlPlaneNodes }: ClusterShape): Found {
  const keep = { source_labels: [meta('node_name')], regex: anyOf(controlPlaneNodes), action: 'keep' }
  const rules = [...(everyNode ? [] : [keep]), ...nodePort(port), copyRule('node_name', 'node')]
  return { sd: { role: 'node' }, rules }
}

function podOf(label: string, value: string): RawRule[] {
  const source = meta(`pod_label_${label.replaceAll('-', '_')}`)
  return [
    { source_labels: [source], regex: escapeRegex(value), action: 'keep' },
    { source_labels: [meta('pod_phase')], regex: '(Failed|Succeeded)', action: 'drop' },
  ]
}

function anyOf(names: readonly string[]): string {
  return names.map(escapeRegex).join('|')
}
