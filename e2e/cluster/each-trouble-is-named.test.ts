import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { findCluster, openKubeApi } from '#lib/kube'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { type Program, sleep, until } from '../support/program.ts'
import { clusterPage, patience, type SaidFinding, saidFindings, watch } from '../support/watched.ts'

const missing = clusterMissing()

/** Each trouble: its rule, its object, and what its sentences must say. */
type Trouble = readonly [rule: string, object: string, ...says: RegExp[]]

/** What objects/odd.yaml and the commands below come to. */
const troubles: readonly Trouble[] = [
  ['pod-crash-loop', 'deployment odd/crash', /exit code 3/],
  ['pod-oom-killed', 'deployment odd/hungry', /16 MiB/],
  ['pod-unschedulable', 'pod odd/picky', /disk=ssd/],
  ['pod-unschedulable', 'pod odd/far-volume', /zone zone-b/],
  ['pod-image-missing', 'deployment odd/unpulled', /nosuch:1/],
  ['pod-probe-failing', 'pod odd/unhealthy', /readiness probe/, /\/healthy/],
  ['pod-probe-failing', 'deployment odd/unready', /\/ready/, /past its deadline of 6 seconds/],
  ['pod-config-missing', 'pod odd/mapless', /ConfigMap settings/],
  ['pod-config-missing', 'pod odd/keyless', /key password of the Secret login/],
  ['pod-config-missing', 'pod odd/unmounted', /ConfigMap files/],
  ['pod-init-stuck', 'pod odd/stuck-init', /wait-for-db/],
  ['pod-init-failing', 'pod odd/failing-init', /migrate/, /exit code 9/],
  ['pod-over-storage-limit', 'pod odd/scribbler', /scratch/, /1Mi/],
  ['pod-volume-not-attached', 'pod odd/detached', /unattachable/, /csi\.example\.com/],
  ['job-failed', 'job odd/import', /exit code 7/],
  ['claim-pending', 'claim odd/classless', /no storage class/],
  ['claim-pending', 'claim odd/unprovisioned', /example\.com\/nobody/],
  ['metrics-api-missing', 'autoscaler odd/scaled', /metrics\.k8s\.io/],
  ['service-without-endpoints', 'service odd/nobody-behind', /app=scalde/, /app=scaled/],
  ['create-over-quota', 'deployment full/over-quota', /quota none-left/],
  ['create-against-limit-range', 'deployment narrow/over-range', /maximum cpu usage per Container is 100m/],
  ['create-against-pod-security', 'deployment strict/privileged', /restricted/, /privileged/],
  ['create-webhook-failing', 'deployment guarded/behind-guard', /guard\.example\.com/],
  ['drain-blocked', 'node node1', /budget odd\/scaled/],
  ['namespace-terminating', 'namespace leaving', /example\.com\/hold/],
  ['namespace-terminating', 'namespace unlisted', /API v1\.gone\.example\.com/],
  ['api-service-unavailable', 'apiservice v1.gone.example.com', /odd\/gone/],
]

const unansweredApi = `
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1.gone.example.com }
spec:
  group: gone.example.com
  version: v1
  groupPriorityMinimum: 1000
  versionPriority: 15
  insecureSkipTLSVerify: true
  service: { name: gone, namespace: odd, port: 443 }
---
apiVersion: v1
kind: Namespace
metadata: { name: unlisted }
`

/** A user whom the API server answers 429, whatever is asked. */
const rationed = `
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: { name: nothing }
spec: { type: Limited, limited: { nominalConcurrencyShares: 0, lendablePercent: 0, limitResponse: { type: Reject } } }
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: { name: rationed }
spec:
  matchingPrecedence: 3
  priorityLevelConfiguration: { name: nothing }
  rules:
    - subjects: [{ kind: User, user: { name: rationed } }]
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true }]
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }]
`

let cluster: Cluster
let program: Program

before(async () => {
  if (missing !== undefined) return
  cluster = Cluster.up()
  cluster.applyFile('well')
  cluster.applyFile('odd')
  cluster.apply(unansweredApi)
  for (const namespace of ['leaving', 'unlisted']) cluster.kubectl('delete', 'namespace', namespace, '--wait=false')
  program = await watch(cluster)
})

after(async () => {
  if (missing !== undefined) return
  await program?.[Symbol.asyncDispose]()
  cluster[Symbol.dispose]()
})

test('troubles of objects are named with their reason', { skip: missing }, async (t) => {
  cluster.kubectl('rollout', 'status', '-n', 'odd', 'deployment/scaled', '--timeout=90s')
  const before = await named(
    t,
    troubles.filter(([rule]) => rule === 'pod-unschedulable'),
    60,
  )
  assert.match(
    before.find(({ object }) => object === 'statefulset odd/large')?.text ?? '',
    /64 CPUs.*the largest has 2/,
  )
  const args = ['--ignore-daemonsets', '--force', '--delete-emptydir-data', '--pod-selector=app=scaled', '--timeout=5s']
  assert.throws(() => cluster.kubectl('drain', 'node1', ...args), /global timeout/)
  const found = await named(t, troubles, 200)
  cluster.kubectl('uncordon', 'node1')
  const about = new Set(troubles.map(([, object]) => object))
  const others = found.filter(({ object }) => !about.has(object) && object !== 'statefulset odd/large')
  t.diagnostic(`found besides: ${others.map(({ rule, object }) => `${rule} of ${object}`).join(', ') || 'nothing'}`)
  assert.deepEqual(
    others.filter(({ rule, object }) => /\bshop\b/.test(object) || rule.startsWith('api-')),
    [],
    'what is well is not accused',
  )
})

test('what was repaired is no longer said', { skip: missing }, async () => {
  cluster.kubectl('create', 'configmap', 'settings', '-n', 'odd', '--from-literal=a=b')
  cluster.kubectl('label', 'node', 'node1', 'disk=ssd')
  cluster.kubectl('delete', 'apiservice', 'v1.gone.example.com')
  await until(90 * patience(), 'mapless, picky and the API are no longer named', async () => {
    const objects = (await saidFindings(program)).map(({ object }) => object)
    return !objects.some((object) => /mapless|picky|gone\.example|namespace unlisted|node node1/.test(object))
  })
})

test('an expired login is named with the words of its plugin', { skip: missing }, async (t) => {
  const plugin = cluster.file('login')
  writeFileSync(plugin, '#!/bin/sh\necho "the session has expired, run: login again" >&2\nexit 1\n', { mode: 0o755 })
  const config = cluster.file('expired.kubeconfig')
  writeFileSync(
    config,
    cluster
      .kubectl('config', 'view', '--raw', '--flatten')
      .replace(
        /(- name: admin\n {2}user:\n)(?: {4}.*\n)+/,
        `$1    exec: { apiVersion: client.authentication.k8s.io/v1, command: ${plugin}, interactiveMode: Never }\n`,
      ),
  )
  await using other = await watch(cluster, { args: [`--kube.config=${config}`] })
  const [found] = await said(other, [['login-expired', 'cluster', /the session has expired/]], 60)
  t.diagnostic(found.text)
  const view = await clusterPage(other)
  assert.equal(view.reachable, false)
  assert.match(view.unreachableWhy, /session has expired/)
})

test('an API server that throttles us is named', { skip: missing }, async (t) => {
  const config = cluster.user('rationed')
  cluster.kubectl('create', 'clusterrolebinding', 'rationed', '--clusterrole=view', '--user=rationed')
  cluster.apply(rationed)
  // A level without seats still lets one request through while nothing else of it runs: others of the user keep it busy.
  const stop = AbortSignal.timeout(150_000)
  const done = new AbortController()
  const crowded = crowd(config, AbortSignal.any([stop, done.signal]))
  try {
    await using other = await watch(cluster, { args: [`--kube.config=${config}`] })
    const [found] = await said(other, [['api-throttles', 'cluster', /429/]], 90)
    t.diagnostic(found.text)
  } finally {
    done.abort()
    await crowded
  }
})

test('a node that is lost is named, and what hangs on it', { skip: missing }, async (t) => {
  cluster.stop('kubelet')
  const [found] = await said(program, [['node-not-ready', 'node node1']], 150)
  t.diagnostic(found.text)
  cluster.start('kubelet')
  await until(60 * patience(), 'the node is no longer named', async () =>
    (await saidFindings(program)).every(({ rule }) => rule !== 'node-not-ready'),
  )
})

/** Eight requests of this user at any time, until it is over. */
async function crowd(kubeconfig: string, signal: AbortSignal): Promise<void> {
  const found = await findCluster({ kubeconfig, env: {} })
  if (found.kind === 'none') throw new Error(found.why)
  await using api = openKubeApi(found.access)
  const ask = async () => {
    while (!signal.aborted) {
      const answer = await api.request('/api/v1/pods', { signal }).catch(() => undefined)
      await answer?.bytes().catch(() => undefined)
      await sleep(20)
    }
  }
  await Promise.all(Array.from({ length: 8 }, ask))
}

/** Waits until each trouble is said; tells which are not, and what is said instead of their objects. */
async function said(of: Program, wanted: readonly Trouble[], seconds: number): Promise<SaidFinding[]> {
  return until(seconds * patience(), 'each trouble is named', async () => {
    const found = await saidFindings(of)
    const missed = wanted.filter((trouble) => !found.some((finding) => isSaid(trouble, finding)))
    if (missed.length === 0) return wanted.flatMap((trouble) => found.filter((finding) => isSaid(trouble, finding)))
    throw new Error(missed.map((trouble) => `${trouble.join(' ')}; said: ${instead(trouble, found)}`).join('\n'))
  })
}

/** The same, and how long it took. */
async function named(t: { diagnostic(text: string): void }, wanted: readonly Trouble[], seconds: number) {
  const startedMs = Date.now()
  await said(program, wanted, seconds)
  t.diagnostic(`${wanted.length} troubles were named within ${((Date.now() - startedMs) / 1000).toFixed(0)} s`)
  return saidFindings(program)
}

function isSaid([rule, object, ...says]: Trouble, finding: SaidFinding): boolean {
  return finding.rule === rule && finding.object === object && says.every((pattern) => pattern.test(finding.text))
}

function instead([, object]: Trouble, found: readonly SaidFinding[]): string {
  const about = found.filter((finding) => finding.object === object)
  return about.map(({ rule, text }) => `${rule}: ${text}`).join('; ') || `nothing of ${object}`
}
