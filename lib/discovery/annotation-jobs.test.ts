import assert from 'node:assert/strict'
import { test } from 'node:test'
import { annotationPlans } from './annotation-jobs.ts'
import { ClusterSight } from './cluster-sight.ts'
import { explainAnnotations } from './explain-annotations.ts'
import { nearestText, reasonText } from './monitor-words.ts'
import { ObjectStores } from './object-store.ts'
import { object, pod, service, slice, TestCluster } from './test-cluster.ts'
import { targetsOf } from './test-targets.suite.ts'
import type { KubeObject } from '#lib/kube'

function annotated(source: KubeObject, annotations: Record<string, string>): KubeObject {
  const named = Object.entries(annotations).map(([name, value]) => [`prometheus.io/${name}`, value])
  return {
    ...source,
    metadata: { ...source.metadata, annotations: Object.fromEntries(named) as Record<string, string> },
  }
}

async function targets(...objects: KubeObject[]): Promise<Record<string, Record<string, string>[]>> {
  const found: Record<string, Record<string, string>[]> = {}
  for (const plan of annotationPlans()) {
    const list = await targetsOf(plan, new TestCluster(...objects))
    if (list.length > 0) found[plan.name] = list
  }
  return found
}

const web = pod('a/web-1', '10.1.0.1', { app: 'web' })

test('annotations: a pod is scraped where it says, with labels of where it is', async () => {
  const one = annotated(web, {
    scrape: 'true',
    port: '9102',
    path: '/stats',
    scheme: 'https',
    param_format: 'prometheus',
  })
  assert.deepEqual(await targets(one), {
    'kubernetes-pods': [
      {
        __address__: '10.1.0.1:9102',
        __scheme__: 'https',
        __metrics_path__: '/stats',
        __param_format: 'prometheus',
        app: 'web',
        container: 'app',
        instance: '10.1.0.1:9102',
        job: 'kubernetes-pods',
        namespace: 'a',
        node: 'n1',
        pod: 'web-1',
      },
    ],
  })
})

test('annotations: without a port each port of the pod is scraped; an IPv6 address gets its brackets', async () => {
  const found = await targets(annotated(pod('a/v6', 'fd00::1'), { scrape: 'true' }))
  assert.equal(found['kubernetes-pods'][0].__address__, '[fd00::1]:8080')
  const other = await targets(annotated(pod('a/v6', 'fd00::1'), { scrape: 'true', port: '1' }))
  assert.equal(other['kubernetes-pods'][0].__address__, '[fd00::1]:1')
})

test('annotations: labels of a pod cannot forge who it is', async () => {
  const forged = pod('a/web-1', '10.1.0.1', {
    job: 'kubelet',
    namespace: 'kube-system',
    instance: 'x',
    node: 'y',
    pod: 'z',
    container: 'c',
    service: 's',
  })
  const found = await targets(annotated(forged, { scrape: 'true' }))
  assert.deepEqual(found['kubernetes-pods'][0], {
    __address__: '10.1.0.1:8080',
    __scheme__: 'http',
    __metrics_path__: '/metrics',
    container: 'app',
    instance: '10.1.0.1:8080',
    job: 'kubernetes-pods',
    namespace: 'a',
    node: 'n1',
    pod: 'web-1',
  })
})

test('annotations: a service is scraped at its endpoints; slowly where it says so', async () => {
  const parts = [web, slice('a/web-x', 'web', { 'web-1': '10.1.0.1' })]
  const one = service('a/web', { tier: 'front' }, { app: 'web' })
  const found = await targets(...parts, annotated(one, { scrape: 'true', port: '9000' }))
  assert.deepEqual(found['kubernetes-service-endpoints'][0], {
    __address__: '10.1.0.1:9000',
    __scheme__: 'http',
    __metrics_path__: '/metrics',
    container: 'app',
    instance: '10.1.0.1:9000',
    job: 'kubernetes-service-endpoints',
    namespace: 'a',
    node: 'n1',
    pod: 'web-1',
    service: 'web',
    tier: 'front',
  })
  const slowly = await targets(...parts, annotated(one, { scrape: 'true', 'scrape-slow': 'true' }))
  assert.deepEqual(Object.keys(slowly), ['kubernetes-service-endpoints-slow'])
})

test('annotations: pods that say nothing, say false, or have ended are left alone', async () => {
  const ended = object('Pod', 'a/done', {
    status: { podIP: '10.1.0.2', phase: 'Succeeded' },
    spec: { containers: [{}] },
  })
  assert.deepEqual(
    await targets(web, annotated(pod('a/no', '10.1.0.3'), { scrape: 'false' }), annotated(ended, { scrape: 'true' })),
    {},
  )
})

test('annotations: what is annotated and not scraped tells why', () => {
  const cluster = new TestCluster(
    annotated(pod('a/yes', '10.1.0.1'), { scrape: 'yes' }),
    annotated(pod('a/port', '10.1.0.1'), { scrape: 'true', port: 'http' }),
    annotated(object('Pod', 'a/pending', { status: { phase: 'Pending' } }), { scrape: 'true' }),
    annotated(pod('a/local', '127.0.0.1'), { scrape: 'true' }),
    annotated(service('a/empty', {}, { app: 'none' }), { scrape: 'true' }),
    web,
  )
  using sight = new ClusterSight(new ObjectStores(cluster.subscribe))
  const discoveredLabels = { __meta_kubernetes_namespace: 'a', __meta_kubernetes_pod_name: 'local' }
  const reason = { id: 'forbidden-address', facts: { address: '127.0.0.1', kind: 'loopback' } }
  const dropped = [{ pool: 'kubernetes-pods', source: 'pod/a/local', discoveredLabels, reason }]
  const said = explainAnnotations(sight, { active: [], dropped }).map(({ name, reasons }) => [
    name,
    reasons.flatMap((one) => [reasonText(one), ...one.nearest.map(nearestText)]).join(' '),
  ])
  assert.deepEqual(Object.fromEntries(said), {
    yes: 'prometheus.io/scrape is not what it must be: expected "true".',
    port: 'prometheus.io/port is not what it must be: expected the number of a port.',
    pending: 'The pods do not run (Pending).',
    local: '1 targets were found and dropped: forbidden address.',
    empty: 'Service a/empty has no endpoints: no pod matches it, as it has no selector.',
  })
})
