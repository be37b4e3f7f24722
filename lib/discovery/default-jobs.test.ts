import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { KubeObject } from '#lib/kube'
import { ClusterShapeWatch, type FoundShape } from './cluster-shape.ts'
import { defaultPlans, type ClusterShape } from './default-jobs.ts'
import { ObjectStores } from './object-store.ts'
import { object, pod, slice, TestCluster } from './test-cluster.ts'
import { targetsOf } from './test-targets.suite.ts'

const nothing: ClusterShape = {
  controlPlaneNodes: [],
  podComponents: new Set(),
  resourceNodes: [],
  isEks: false,
  trustsControlPlane: false,
}

function node(name: string, ip: string, labels: Record<string, string> = {}): KubeObject {
  return object('Node', name, {
    labels,
    status: { addresses: [{ type: 'InternalIP', address: ip }], daemonEndpoints: { kubeletEndpoint: { Port: 10250 } } },
  })
}

const apiserver = object('EndpointSlice', 'default/kubernetes', {
  labels: { 'kubernetes.io/service-name': 'kubernetes' },
  addressType: 'IPv4',
  ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
  endpoints: [{ addresses: ['10.0.0.1'] }],
})
const kubernetes = object('Service', 'default/kubernetes', {
  labels: { component: 'apiserver', provider: 'kubernetes' },
})

async function found(
  shape: Partial<ClusterShape>,
  ...objects: KubeObject[]
): Promise<Record<string, Record<string, string>[]>> {
  const all: Record<string, Record<string, string>[]> = {}
  for (const plan of defaultPlans({ ...nothing, ...shape })) {
    const targets = await targetsOf(plan, new TestCluster(...objects))
    if (targets.length > 0) all[plan.name] = targets
  }
  return all
}

test('default jobs: kubelets and API server carry the labels of kube-prometheus-stack', async () => {
  const all = await found({}, node('n1', '10.0.0.1'), apiserver, kubernetes)
  const kubelet = {
    __address__: '10.0.0.1:10250',
    __scheme__: 'https',
    endpoint: 'https-metrics',
    instance: '10.0.0.1:10250',
    job: 'kubelet',
    namespace: 'kube-system',
    node: 'n1',
    service: 'kubelet',
  }
  const at = (path: string) => [{ ...kubelet, __metrics_path__: path, metrics_path: path }]
  assert.deepEqual(all['kubelet'], at('/metrics'))
  assert.deepEqual(all['kubelet-cadvisor'], at('/metrics/cadvisor'))
  assert.deepEqual(all['kubelet-probes'], at('/metrics/probes'))
  assert.equal(all['kubelet-resource'], undefined)
  assert.deepEqual(all.apiserver, [
    {
      __address__: '10.0.0.1:6443',
      __scheme__: 'https',
      __metrics_path__: '/metrics',
      endpoint: 'https',
      job: 'apiserver',
      namespace: 'default',
      service: 'kubernetes',
    },
  ])
})

test('default jobs: a kubelet’s resource metrics are asked for only where cAdvisor names no containers', async () => {
  const all = await found(
    { resourceNodes: ['n.2'] },
    node('n1', '10.0.0.1'),
    node('n.2', '10.0.0.2'),
    node('nx2', '10.0.0.3'),
  )
  assert.deepEqual(
    all['kubelet-resource'].map((one) => one.node),
    ['n.2'],
  )
})

test('default jobs: components that run as pods are asked at the pods', async () => {
  const scheduler = pod('kube-system/kube-scheduler-n1', '10.0.0.1', { component: 'kube-scheduler' }, 1)
  const all = await found({ podComponents: new Set(['kube-scheduler']) }, scheduler, node('n1', '10.0.0.1'))
  assert.deepEqual(all['kube-scheduler'], [
    {
      __address__: '10.0.0.1:10259',
      __scheme__: 'https',
      __metrics_path__: '/metrics',
      container: 'app',
      endpoint: 'http-metrics',
      instance: '10.0.0.1:10259',
      job: 'kube-scheduler',
      namespace: 'kube-system',
      node: 'n1',
      pod: 'kube-scheduler-n1',
      service: 'kube-scheduler',
    },
  ])
})

test('default jobs: components that nothing tells of are tried at the nodes of the control plane', async () => {
  const all = await found({ controlPlaneNodes: ['n1'] }, node('n1', '10.0.0.1'), node('n2', 'fd00::2'))
  const addresses = Object.entries(all).flatMap(([job, targets]) =>
    job.startsWith('kubelet') ? [] : targets.map((one) => `${job} ${one.__scheme__}://${one.__address__}`),
  )
  assert.deepEqual(addresses, [
    'kube-scheduler https://10.0.0.1:10259',
    'kube-controller-manager https://10.0.0.1:10257',
    'kube-etcd http://10.0.0.1:2381',
    'kube-proxy http://10.0.0.1:10249',
    'kube-proxy http://[fd00::2]:10249',
  ])
})

test('default jobs: our credential is shown to kubelets and API server alone, unless the operator says so', () => {
  const withCredential = (trustsControlPlane: boolean) =>
    defaultPlans({ ...nothing, controlPlaneNodes: ['n1'], isEks: true, trustsControlPlane })
      .filter(({ credentials }) => credentials === 'cluster')
      .map(({ name }) => name)
  const usual = ['kubelet', 'kubelet-cadvisor', 'kubelet-probes', 'apiserver']
  const eks = ['eks-kube-scheduler', 'eks-kube-controller-manager']
  assert.deepEqual(withCredential(false), [...usual, ...eks])
  assert.deepEqual(withCredential(true), [...usual, 'kube-scheduler', 'kube-controller-manager', ...eks])
})

test('default jobs: EKS serves scheduler and controller-manager through its API server', async () => {
  const all = await found({ isEks: true }, apiserver, kubernetes)
  const [scheduler] = all['eks-kube-scheduler']
  assert.equal(scheduler.__metrics_path__, '/apis/metrics.eks.amazonaws.com/v1/ksh/container/metrics')
  assert.equal(scheduler.job, 'kube-scheduler')
  assert.equal(all['kube-scheduler'], undefined)
})

test('default jobs: CoreDNS is asked at its metrics port', async () => {
  const dns = pod('kube-system/coredns-1', '10.1.0.5', { 'k8s-app': 'kube-dns' }, 9153)
  const all = await found({}, dns, pod('kube-system/other', '10.1.0.6', {}, 9153))
  assert.deepEqual(
    all.coredns.map(({ __address__, job, service, endpoint }) => [__address__, job, service, endpoint]),
    [['10.1.0.5:9153', 'coredns', 'kube-dns', 'http-metrics']],
  )
})

async function shapes(cluster: TestCluster, act: () => void = () => {}): Promise<FoundShape[]> {
  const told: FoundShape[] = []
  using _ = new ClusterShapeWatch(new ObjectStores(cluster.subscribe), (shape) => told.push(shape))
  await setImmediate()
  act()
  await setImmediate()
  return told
}

test('default jobs: the control plane is where nodes say so, else where the API server answers', async () => {
  const plain = [node('n1', '10.0.0.1'), node('n2', '10.0.0.2'), apiserver]
  const labelled = node('n2', '10.0.0.2', { 'node-role.kubernetes.io/control-plane': '' })
  assert.deepEqual((await shapes(new TestCluster(...plain)))[0].controlPlaneNodes, ['n1'])
  assert.deepEqual((await shapes(new TestCluster(...plain, labelled)))[0].controlPlaneNodes, ['n2'])
  const managed = slice('default/kubernetes', 'kubernetes', { x: '172.16.0.9' })
  assert.deepEqual((await shapes(new TestCluster(node('n1', '10.0.0.1'), managed)))[0].controlPlaneNodes, [])
})

test('default jobs: a shape is told again only when it changes', async () => {
  const cluster = new TestCluster(node('n1', '10.0.0.1'), apiserver)
  assert.equal((await shapes(cluster, () => cluster.apply(node('n1', '10.0.0.1', { zone: 'a' })))).length, 1)
  const proxy = pod('kube-system/kube-proxy-1', '10.0.0.1', { 'k8s-app': 'kube-proxy' })
  const told = await shapes(cluster, () => cluster.apply(proxy))
  assert.deepEqual([...(told.at(-1) as FoundShape).podComponents], ['kube-proxy'])
})

test('default jobs: of the API server’s buckets those are left out that no rule asks for', () => {
  const plans = defaultPlans({
    controlPlaneNodes: [],
    podComponents: new Set(),
    resourceNodes: [],
    isEks: false,
    trustsControlPlane: false,
  })
  const config = plans.find(({ name }) => name === 'apiserver')?.scrapeConfig
  const [rule] = (config?.metric_relabel_configs ?? []) as { regex: string }[]
  const isDropped = (name: string, le: string) => new RegExp(`^(?:${rule.regex})$`).test(`${name};${le}`)
  const sli = 'apiserver_request_sli_duration_seconds_bucket'
  for (const le of ['0.1', '1', '1.0', '5', '30', '60', '+Inf']) assert.equal(isDropped(sli, le), false, le)
  for (const le of ['0.2', '2', '2.0', '45']) assert.equal(isDropped(sli, le), true, le)
  assert.equal(isDropped('apiserver_response_sizes_bucket', '2'), false)
  assert.equal(isDropped('apiserver_request_duration_seconds_count', ''), false)
})
