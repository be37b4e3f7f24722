import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { documentedObjects } from '../support/documented.ts'
import { type Program, until } from '../support/program.ts'
import { answered, page, patience, watch } from '../support/watched.ts'

const missing = clusterMissing()

interface Report {
  readonly kind: string
  readonly name: string
  readonly targets: number
  readonly reasons: readonly {
    readonly id: string
    readonly text: string
    readonly nearest: readonly { text: string }[]
  }[]
}

/** With a kubeconfig the Role must have its documented name, and the user must be able to see that it is there. */
const grant = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: binnacle-monitor-secrets, namespace: mon }
rules:
  - { apiGroups: [''], resources: [secrets], resourceNames: [scrape-login], verbs: [get] }
  - { apiGroups: [rbac.authorization.k8s.io], resources: [roles], resourceNames: [binnacle-monitor-secrets], verbs: [get] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: binnacle-monitor-secrets, namespace: mon }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: binnacle-monitor-secrets }
subjects: [{ kind: User, name: watcher, apiGroup: rbac.authorization.k8s.io }]
`

/** What must be said of each object that leads to no target. */
const unlucky: readonly (readonly [object: string, id: string, ...says: RegExp[]])[] = [
  ['ServiceMonitor wrong-port', 'no-such-port', /port metrics/, /http-metrics/],
  ['ServiceMonitor wrong-label', 'selector-no-match', /app=apps/, /app=app\b/],
  ['ServiceMonitor relabelled-away', 'dropped', /relabelling rule 1 \(drop mon/],
  ['ServiceMonitor with-a-file', 'file-refused', /bearerTokenFile/],
  ['ServiceMonitor with-a-secret', 'secret-forbidden', /scrape-login/, /Role/],
]

let cluster: Cluster
let program: Program

before(async () => {
  if (missing !== undefined) return
  cluster = Cluster.up()
  const [role] = documentedObjects('kubernetes.md')
  cluster.apply(role)
  const kubeconfig = cluster.user('watcher')
  cluster.kubectl('create', 'clusterrolebinding', 'watcher', '--clusterrole=binnacle', '--user=watcher')
  cluster.kubectl('create', 'clusterrole', 'proxied', '--verb=get', '--resource=nodes/proxy,pods/proxy')
  cluster.kubectl('create', 'clusterrolebinding', 'proxied', '--clusterrole=proxied', '--user=watcher')
  program = await watch(cluster, { args: [`--kube.config=${kubeconfig}`] })
  // Their definitions come while it runs.
  cluster.applyFile('monitor-definitions')
  await until(30, 'the API server knows monitor objects', async () => {
    cluster.applyFile('monitors')
    return true
  })
})

after(async () => {
  if (missing !== undefined) return
  await program?.[Symbol.asyncDispose]()
  cluster[Symbol.dispose]()
})

test('monitor objects are picked up without further ado, and samples arrive', { skip: missing }, async () => {
  const [app] = await answered(program, 120 * patience(), 'app_requests_total{service="app"}')
  assert.equal(app.value[1], '7')
  assert.deepEqual([app.metric.namespace, app.metric.job, app.metric.endpoint], ['mon', 'app', 'http-metrics'])
  const [both] = await answered(program, 60 * patience(), 'both_requests_total')
  assert.equal(both.metric.job, 'mon/works')
})

test('each object that leads to no target says why, and what would work', { skip: missing }, async (t) => {
  const reports = await until(60 * patience(), 'each is explained', async () => {
    const all = await readReports()
    const silent = unlucky.filter(([object, id, ...says]) => {
      const told = textOf(all, object, id)
      return told === undefined || !says.every((pattern) => pattern.test(told))
    })
    if (silent.length === 0) return all
    throw new Error(
      silent.map(([object]) => `${object}: ${JSON.stringify(all.filter((one) => nameOf(one) === object))}`).join('\n'),
    )
  })
  for (const [object, id] of unlucky) t.diagnostic(`${object}: ${textOf(reports, object, id)}`)
  assert.ok(reports.filter((one) => nameOf(one) === 'ServiceMonitor works').every(({ targets }) => targets === 1))
})

test(
  'what is annotated and monitored is one target; the other is listed with its reason',
  { skip: missing },
  async (t) => {
    const annotated = (await readReports()).find((one) => nameOf(one) === 'Pod both')
    assert.ok(annotated, 'the annotated pod is reported')
    assert.equal(annotated.targets, 0)
    t.diagnostic(`Pod both: ${textOf([annotated], 'Pod both')}`)
    assert.match(textOf([annotated], 'Pod both') ?? '', /already scraped/)
    assert.equal((await program.query('both_requests_total')).length, 1)
  },
)

test('a secret is read once its Role is there', { skip: missing }, async () => {
  cluster.apply(grant)
  await until(60 * patience(), 'the object leads to a target', async () => {
    const reports = (await readReports()).filter((one) => nameOf(one) === 'ServiceMonitor with-a-secret')
    return reports.some(({ targets }) => targets === 1)
  })
})

const nameOf = ({ kind, name }: Report) => `${kind} ${name}`

async function readReports(): Promise<Report[]> {
  return page(program, 'cluster/monitors', (json) => (json as { reports: Report[] }).reports)
}

function textOf(reports: readonly Report[], object: string, id?: string): string | undefined {
  const reasons = reports.filter((one) => nameOf(one) === object).flatMap((one) => one.reasons)
  const told = reasons.filter((one) => id === undefined || one.id === id)
  return told.length === 0
    ? undefined
    : told.flatMap(({ text, nearest }) => [text, ...nearest.map((one) => one.text)]).join(' ')
}
