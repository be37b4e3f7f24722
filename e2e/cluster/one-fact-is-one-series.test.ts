import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { type Program, root, sleep, until } from '../support/program.ts'
import { expanded, readRecordingRules } from '../support/recording-rules.ts'
import { answered, patience, watch } from '../support/watched.ts'

const missing = clusterMissing()
const folder = process.env.BINNACLE_CONFORMANCE ?? join(root, '../shared/conformance')
const rulesFolder = join(folder, 'kube-prometheus-rules')

/** Rules that have nothing to say here, and why: all others must yield samples. */
const without: readonly { readonly rule: RegExp; readonly why: string }[] = [
  { rule: /job="node-exporter"/, why: 'no node_exporter runs in the cluster; the machine is read as the job "node"' },
  { rule: /code=~"3\.\."/, why: 'the API server answers no request with 3xx' },
  { rule: /^count:up0 /, why: 'it counts targets that are down' },
]

/** What the rules of owners and of failed writes tell of: a ReplicaSet of its own, and pods that a webhook keeps away. */
const objects = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: bare, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: bare } }
  template:
    metadata: { labels: { app: bare } }
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{ name: bare, image: 'busybox:test', imagePullPolicy: Never, command: [sleep, '100000'] }]
---
apiVersion: v1
kind: Namespace
metadata: { name: guarded, labels: { guarded: 'yes' } }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: guard }
webhooks:
  - name: guard.example.com
    clientConfig: { url: 'https://127.0.0.1:9/guard' }
    failurePolicy: Fail
    timeoutSeconds: 2
    sideEffects: None
    admissionReviewVersions: [v1]
    namespaceSelector: { matchLabels: { guarded: 'yes' } }
    rules: [{ apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps] }]
`
const staticPod = `
apiVersion: v1
kind: Pod
metadata: { name: static, namespace: shop }
spec:
  terminationGracePeriodSeconds: 0
  containers: [{ name: static, image: 'busybox:test', imagePullPolicy: Never, command: [sleep, '100000'] }]
`

let cluster: Cluster
let program: Program

before(async () => {
  if (missing !== undefined) return
  cluster = Cluster.up()
  cluster.applyFile('well')
  cluster.apply(objects)
  cluster.kubectl('create', 'job', 'report-now', '-n', 'shop', '--from=cronjob/report')
  writeFileSync(cluster.file('manifests/static.yaml'), staticPod)
  cluster.kubectl('rollout', 'status', '-n', 'shop', 'deployment/web', '--timeout=90s')
  await until(30 * patience(), 'a write is answered 500', async () => {
    assert.throws(() => cluster.kubectl('create', 'configmap', 'refused', '-n', 'guarded'), /failed calling webhook/)
    return true
  })
  program = await watch(cluster)
  await answered(program, 60 * patience(), 'container_memory_rss{metrics_path="/metrics/cadvisor",container="web"}')
  // Rates need samples, and the API server's rules need requests of each kind.
  await sleep(200_000)
})

after(async () => {
  if (missing !== undefined) return
  await program?.[Symbol.asyncDispose]()
  cluster[Symbol.dispose]()
})

test('no namespace, pod and container has two CPU series', { skip: missing }, async () => {
  const all = await program.query(
    'count by (namespace, pod, container) (container_cpu_usage_seconds_total{container!=""})',
  )
  assert.ok(all.length >= 6, `${all.length} containers`)
  for (const family of ['container_cpu_usage_seconds_total', 'container_memory_working_set_bytes']) {
    const many = await program.query(`count by (namespace, pod, container) (${family}{container!=""}) > 1`)
    assert.deepEqual(
      many.map(({ metric, value }) => ({ ...metric, count: value[1] })),
      [],
      family,
    )
  }
})

test("the kubelet's node has no container families of the machine's own watch", { skip: missing }, async () => {
  const own = await program.query('count by (__name__) ({job="cadvisor",__name__=~"container_.*"})')
  assert.deepEqual(
    own.map(({ metric }) => metric.__name__),
    [],
  )
})

test('each recording rule of kube-prometheus whose component runs yields samples', { skip: missing }, async (t) => {
  if (!existsSync(rulesFolder)) return t.skip(`the rules are not there: ${rulesFolder}`)
  const rules = readRecordingRules(rulesFolder)
  const silent: string[] = []
  let answeredCount = 0
  for (const rule of rules) {
    const labels = Object.entries(rule.labels).map(([name, value]) => `${name}=${value}`)
    const title = [rule.record, ...labels, rule.expr.replaceAll(/\s+/g, ' ')].join(' ')
    const left = without.find((one) => one.rule.test(title))
    if (left !== undefined) {
      t.diagnostic(`left out, since ${left.why}: ${title.slice(0, 120)}`)
      continue
    }
    const found = await until(20 * patience(), title, () => program.query(expanded(rule.expr, rules)))
    if (found.length === 0) silent.push(title.slice(0, 400))
    else answeredCount++
  }
  assert.deepEqual(silent, [])
  t.diagnostic(`${answeredCount} of ${rules.length} rules yield samples`)
})
