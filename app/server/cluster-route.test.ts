import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { ClusterModel } from '#lib/cluster'
import { annotationPlans, defaultPlans, type PoolPlan } from '#lib/discovery'
import { assumedRights, type ClusterRights, PinFile } from '#lib/kube'
import type { RoutedTarget } from '#lib/scrape'
import { ClusterReach, type ReachParts } from './cluster-reach.ts'
import { clusterRoute } from './cluster-route.ts'

const pem = (name: string) => readFileSync(join(import.meta.dirname, '../../lib/kube/testdata', `${name}.pem`), 'utf8')
const UNREACHABLE = '192.0.2.7'

/** A kubelet, or anything of the control plane, that only shakes hands. */
async function peer(t: TestContext, authority = 'ca') {
  const server = createServer({ cert: pem('server'), key: pem('server-key'), ca: pem(authority) }, (_, answer) => {
    answer.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

interface World extends Partial<Omit<ReachParts, 'rights' | 'ca'>> {
  readonly rights?: Partial<ClusterRights>
  readonly ca?: string
  readonly trustsControlPlane?: boolean
}

/** A cluster of node n1 at loopback, and of a pod that does not answer. */
function world(t: TestContext, { rights, ca = 'ca', trustsControlPlane = true, ...more }: World = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'route-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const model = new ClusterModel()
  const sinks = new Map(model.sinks().map(({ resource, sink }) => [resource, sink]))
  const put = (resource: string, object: object) => sinks.get(resource)?.upsert(object as never)
  put('nodes', node('n1', '127.0.0.1'))
  put('pods', pod('shop', 'web', UNREACHABLE))
  put('pods', pod('shop', 'exporter', '127.0.0.1', true))
  sinks.get('nodes')?.synced()
  const state = { changes: 0 }
  const pins = new PinFile(join(folder, 'pins.json'))
  const isInPod = more.isInPod ?? false
  const reach = new ClusterReach({
    model,
    rights: () => ({ ...assumedRights([]), ...rights }),
    ca: async () => pem(ca),
    kubeletPins: isInPod ? pins : undefined,
    componentPins: pins,
    isInPod,
    mustRelay: false,
    onChange: () => state.changes++,
    ...more,
  })
  const plans = new Map(
    [
      ...defaultPlans({
        controlPlaneNodes: ['n1'],
        podComponents: new Set(),
        resourceNodes: [],
        isEks: true,
        trustsControlPlane,
      }),
      ...annotationPlans(),
      monitor('serviceMonitor/shop/web/0'),
      monitor('serviceMonitor/shop/known/0', { authorization: { credentials: 'x' } }),
    ].map((plan) => [plan.name, plan]),
  )
  let server: string | undefined
  const route = (pool: string, address: string, target: Partial<RoutedTarget> = {}) =>
    clusterRoute(
      { pool, address, scheme: 'https', path: '/metrics', query: '', discovered: {}, ...target },
      {
        plan: plans.get(pool),
        blocked: undefined,
        isInPod,
        reach,
        controlPlane: ['n1'],
        apiServerAddress: (asks) => (server ??= asks),
      },
    )
  /** Asks, looks, and asks again: the way that is taken in the end. */
  const way = async (...target: Parameters<typeof route>) => {
    route(...target)
    await reach.look()
    return route(...target)
  }
  return { model, reach, route, way, put, state, folder }
}

const onNode = { discovered: { __meta_kubernetes_node_name: 'n1' } }
const inPod = (namespace: string, name: string, more: Partial<RoutedTarget> = {}): Partial<RoutedTarget> => ({
  scheme: 'http',
  discovered: { __meta_kubernetes_namespace: namespace, __meta_kubernetes_pod_name: name },
  ...more,
})

function node(name: string, ip: string) {
  const addresses = ip === '' ? [] : [{ type: 'InternalIP', address: ip }]
  return { metadata: { name, uid: `uid-${name}` }, status: { addresses } }
}

function pod(namespace: string, name: string, podIP: string, hostNetwork = false) {
  return {
    metadata: { name, namespace, uid: name },
    spec: { nodeName: 'n1', hostNetwork, containers: [{ name: 'a', ports: [{ containerPort: 80 }] }] },
    status: { phase: 'Running', podIP, containerStatuses: [{ name: 'a', ready: true, state: { running: {} } }] },
  }
}

function monitor(name: string, config: object = {}): PoolPlan {
  return {
    name,
    scrapeConfig: { job_name: name, ...config },
    origin: { kind: 'ServiceMonitor', namespace: 'shop', name: 'web', index: 0 },
    untrusted: true,
    optional: false,
    credentials: 'none',
    blocked: [],
    rank: 2,
  }
}

const refusal = (way: ReturnType<typeof clusterRoute>) => (way && 'refuse' in way ? way.refuse.id : way)

test('route: a kubelet is read directly once its certificate is verified, and not before anyone has looked', async (t) => {
  const port = await peer(t)
  const { route, way, state } = world(t)
  assert.equal(refusal(route('kubelet', `127.0.0.1:${port}`, onNode)), 'kubelet-not-tried')
  assert.deepEqual(await way('kubelet-cadvisor', `127.0.0.1:${port}`, { ...onNode, path: '/metrics/cadvisor' }), {
    source: `own-credential::https://127.0.0.1:${port}/metrics/cadvisor`,
    scrapeUrl: `https://127.0.0.1:${port}/metrics/cadvisor`,
  })
  assert.ok(state.changes > 0, 'routes are asked again')
})

test('route: with a kubeconfig a kubelet whose certificate nobody vouches for is read through the API server', async (t) => {
  const port = await peer(t)
  const { way } = world(t, { ca: 'other-ca' })
  const path = '/api/v1/nodes/n1/proxy/metrics?a=b'
  assert.deepEqual(await way('kubelet', `127.0.0.1:${port}`, { ...onNode, query: 'a=b' }), {
    source: `api-server:${path}`,
    scrapeUrl: path,
    intervalAtLeastMs: 15_000,
  })
})

test('route: in a pod it is pinned, and another certificate is refused', async (t) => {
  const port = await peer(t)
  const { way, folder, reach } = world(t, { ca: 'other-ca', isInPod: true })
  const found = await way('kubelet', `127.0.0.1:${port}`, onNode)
  assert.match((found as { pinnedSha256: string }).pinnedSha256, /^[0-9a-f]{64}$/)
  const pins = new PinFile(join(folder, 'pins.json'))
  const pin = pins.get('uid-n1')
  assert.ok(pin)
  pins.set('uid-n1', { ...pin, sha256: 'other' })
  const again = world(t, { ca: 'other-ca', isInPod: true, kubeletPins: pins })
  assert.equal(refusal(await again.way('kubelet', `127.0.0.1:${port}`, onNode)), 'kubelet-certificate')
  assert.deepEqual(
    again.reach.refused().map(({ node: name, status }) => [name, status]),
    [['n1', 'certificate']],
  )
  assert.deepEqual(reach.refused(), [])
})

test('route: a kubelet that the API server may not be asked for is refused with the missing right', async (t) => {
  const { way, reach } = world(t, { rights: { mayProxyNodes: false } })
  assert.deepEqual(await way('kubelet', '127.0.0.1:1', onNode), {
    refuse: { id: 'forbidden', facts: { right: 'get nodes/proxy' } },
  })
  assert.equal(reach.isBlind, true)
})

test('route: a kubeconfig that acts as another user goes through the API server alone', async (t) => {
  const port = await peer(t)
  const { way, reach } = world(t, { mustRelay: true })
  const found = await way('kubelet', `127.0.0.1:${port}`, onNode)
  assert.equal((found as { source: string }).source, 'api-server:/api/v1/nodes/n1/proxy/metrics')
  assert.match((reach.kubeletWays()[0][1] as { why: string }).why, /acts as another user/)
})

test('route: kubelets at addresses of IPv6, without an internal address and at other ports are asked there', async (t) => {
  const { way, put, reach } = world(t)
  put('nodes', node('n6', 'fd00::6'))
  put('nodes', node('out', ''))
  const at = (name: string) => ({ discovered: { __meta_kubernetes_node_name: name } })
  for (const [name, address] of [
    ['n6', '[::1]:1'],
    ['out', '127.0.0.1:2'],
  ])
    assert.equal(
      ((await way('kubelet', address, at(name))) as { scrapeUrl: string }).scrapeUrl,
      `/api/v1/nodes/${name}/proxy/metrics`,
    )
  assert.match((reach.kubeletWays()[0][1] as { why: string }).why, /it does not answer at \[::1\]:1: /)
})

test('route: where nodes may not be listed only metrics.k8s.io is left', (t) => {
  const { model, reach } = world(t)
  assert.equal(reach.isBlind, false)
  const nodes = model.sinks().find(({ resource }) => resource === 'nodes')?.sink
  nodes?.state({ namespace: '', phase: 'forbidden', reason: 'no' })
  assert.equal(reach.isBlind, true)
})

test('route: one address stands for the API server, which a kubeconfig reaches itself', (t) => {
  const { route } = world(t)
  assert.deepEqual(route('apiserver', '10.0.0.1:6443'), { source: 'api-server:/metrics', scrapeUrl: '/metrics' })
  assert.deepEqual(route('apiserver', '10.0.0.2:6443'), {
    refuse: { id: 'one-api-server', facts: { address: '10.0.0.1:6443' } },
  })
  const path = '/apis/metrics.eks.amazonaws.com/v1/ksh/container/metrics'
  assert.equal((route('eks-kube-scheduler', '10.0.0.1:6443', { path }) as { scrapeUrl: string }).scrapeUrl, path)
  assert.equal(world(t, { isInPod: true }).route('apiserver', '10.0.0.2:6443'), undefined)
})

test('route: the scheduler is shown a credential on nodes of the control plane alone, over a pinned certificate', async (t) => {
  const port = await peer(t)
  const { way, route } = world(t, { ca: 'other-ca' })
  assert.match(
    ((await way('kube-scheduler', `127.0.0.1:${port}`)) as { source: string }).source,
    new RegExp(`^own-credential:[0-9a-f]{64}:https://127\\.0\\.0\\.1:${port}/metrics$`),
  )
  assert.equal(refusal(await way('kube-scheduler', '127.0.0.1:1')), 'no-answer')
  assert.equal(refusal(route('kube-scheduler', '10.9.9.9:10259')), 'not-control-plane')
  const shy = world(t, { trustsControlPlane: false })
  assert.equal(refusal(shy.route('kube-scheduler', `127.0.0.1:${port}`)), 'credential-not-shown')
})

test('route: nothing that an object names is read with our credential, and what is ours it cannot take', async (t) => {
  const port = await peer(t)
  const { way, route } = world(t)
  await way('kubelet', `127.0.0.1:${port}`, onNode)
  await way('kube-scheduler', `127.0.0.1:${port + 1}`)
  route('apiserver', '10.0.0.1:6443')
  for (const pool of ['serviceMonitor/shop/web/0', 'kubernetes-pods', 'kubernetes-service-endpoints']) {
    assert.equal(refusal(route(pool, `127.0.0.1:${port}`, onNode)), 'ours-to-read')
    assert.equal(refusal(route(pool, '10.0.0.1:6443')), 'ours-to-read')
    assert.equal(refusal(route(pool, `127.0.0.1:${port + 1}`)), 'ours-to-read')
  }
  const known = 'serviceMonitor/shop/known/0'
  assert.equal(route(known, '10.0.0.1:6443'), undefined, 'with its own credential it may')
  assert.equal(refusal(route(known, `127.0.0.1:${port}`, onNode)), 'ours-to-read', 'but no kubelet is displaced')
})

test('route: pods that do not answer are read through the API server, each the very pod that was discovered', async (t) => {
  const { way, route, reach } = world(t)
  const monitored = 'serviceMonitor/shop/web/0'
  await way(monitored, `${UNREACHABLE}:80`, inPod('shop', 'web'))
  assert.equal(reach.podsWay, 'api-server')
  const path = '/api/v1/namespaces/shop/pods/web:80/proxy/metrics'
  assert.deepEqual(route(monitored, UNREACHABLE, inPod('shop', 'web')), {
    source: `api-server:${path}`,
    scrapeUrl: path,
    intervalAtLeastMs: 15_000,
  })
  assert.equal(
    (route(monitored, `${UNREACHABLE}:1`, inPod('shop', 'web', { scheme: 'https' })) as { scrapeUrl: string })
      .scrapeUrl,
    '/api/v1/namespaces/shop/pods/https:web:1/proxy/metrics',
  )
  const elsewhere: [string, Partial<RoutedTarget>][] = [
    // Relabelled to the address of another pod, which is none of the object's.
    ['192.0.2.9:80', inPod('shop', 'web')],
    // A pod of that name is in another namespace.
    [`${UNREACHABLE}:80`, inPod('bank', 'web')],
    // Somebody else's address, not a pod that was discovered.
    [`${UNREACHABLE}:80`, { scheme: 'http' }],
  ]
  for (const [address, target] of elsewhere) assert.equal(route(monitored, address, target), undefined)
})

test('route: no path of an object leaves its pod, whoever decodes it', async (t) => {
  const { way, route } = world(t)
  const monitored = 'serviceMonitor/shop/web/0'
  await way(monitored, `${UNREACHABLE}:80`, inPod('shop', 'web'))
  for (const path of ['/..%2f..%2f..%2fsecrets', '/%252e%252e/x', '/a%5c..%5c..', '/x%3fwatch=1'])
    assert.equal(refusal(route(monitored, `${UNREACHABLE}:80`, inPod('shop', 'web', { path }))), 'unsafe-path')
})

test('route: pods that the API server may not be asked for are refused with the missing right; in a pod they are read directly', async (t) => {
  const { way } = world(t, { rights: { mayProxyPods: false } })
  const target = ['kubernetes-pods', `${UNREACHABLE}:80`, inPod('shop', 'web')] as const
  assert.deepEqual(await way(...target), { refuse: { id: 'forbidden', facts: { right: 'get pods/proxy' } } })
  assert.equal(await world(t, { isInPod: true }).way(...target), undefined)
})

test('route: what is gone is forgotten, and of many relayed kubelets each is asked less often', async (t) => {
  const { model, way, reach, put } = world(t, { mustRelay: true })
  for (let i = 0; i < 60; i++) {
    put('nodes', node(`m${i}`, `10.0.1.${i}`))
    await way('kubelet', `10.0.1.${i}:10250`, { discovered: { __meta_kubernetes_node_name: `m${i}` } })
  }
  assert.equal(reach.proxyIntervalMs, 30_000)
  const nodes = model.sinks().find(({ resource }) => resource === 'nodes')?.sink
  for (let i = 1; i < 60; i++) nodes?.remove({ namespace: '', name: `m${i}`, uid: `uid-m${i}` })
  nodes?.state({ namespace: '', phase: 'watching', reason: '' })
  await reach.look()
  assert.deepEqual(
    reach.kubeletWays().map(([name]) => name),
    ['m0'],
  )
})

test('route: the pools of the operator’s file, and what only waits, are none of ours', (t) => {
  const { route } = world(t)
  assert.equal(route('my job', '10.0.0.1:1'), undefined)
})
