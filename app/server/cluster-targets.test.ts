import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { defaultPlans, type PoolPlan } from '#lib/discovery'
import { openLog } from '#lib/log'
import { type ScrapeTarget, TargetSets } from '#lib/scrape'
import { accountOf, ClusterTargets, trustsControlPlane, type ClusterTargetsParts } from './cluster-targets.ts'
import { ownPools } from './cluster-pools.ts'

const log = openLog({ level: 'fatal' as never, format: 'json' })
const account = { token: '/account/token', ca: '/account/ca.crt' }

function plan(name: string, more: Partial<PoolPlan> = {}): PoolPlan {
  return {
    name,
    scrapeConfig: { job_name: name, static_configs: [{ targets: ['h:1'] }] },
    origin: { kind: 'ServiceMonitor', namespace: 'shop', name, index: 0 },
    untrusted: true,
    optional: false,
    credentials: 'none',
    blocked: [],
    rank: 2,
    ...more,
  }
}

function world(t: TestContext, more: Partial<ClusterTargetsParts> = {}) {
  const scraped = new Map<string, ScrapeTarget>()
  const sets = new TargetSets({
    log,
    send: async ({ add, remove }) => {
      for (const id of remove) scraped.delete(id)
      for (const target of add) scraped.set(target.id, target)
    },
  })
  const checked: string[] = []
  const pools: Parameters<TargetSets['setPools']>[0][number][] = []
  const spied = Object.create(sets, {
    setPools: {
      value: (given: Parameters<TargetSets['setPools']>[0]) => {
        pools.splice(0, pools.length, ...given)
        sets.setPools(given)
      },
    },
    setGroups: { value: sets.setGroups.bind(sets) },
  }) as TargetSets
  const targets = new ClusterTargets({
    log,
    discoveriesOf: () => undefined,
    sets: spied,
    intervalMs: 10_000,
    account,
    others: () => [],
    own: () => ownPools('c', 10_000, { isBlind: false, hasState: true }),
    onChecked: (pool, mistake) => checked.push(`${pool}: ${mistake}`),
    ...more,
  })
  t.after(async () => {
    targets[Symbol.dispose]()
    await sets.stop()
  })
  const settled = async () => {
    await new Promise(setImmediate)
    await sets.settled()
  }
  return { targets, pools, checked, scraped, settled }
}

test('plans: each becomes a pool with its rank and the namespace of its object, beside those that we make', async (t) => {
  const { targets, pools, checked, settled } = world(t)
  targets.setPlans('monitors', [plan('m')])
  await settled()
  assert.deepEqual(
    pools.map(({ name, rank, namespace, options }) => [name, rank, namespace, options.untrusted]),
    [
      ['kube-state-metrics', undefined, undefined, false],
      ['m', 2, 'shop', true],
    ],
  )
  assert.deepEqual(checked, ['m: '])
})

test('plans: a mistake is told to whoever explains it, takes no other pool with it, and is over once corrected', async (t) => {
  const { targets, pools, checked, settled } = world(t)
  const wrong = plan('wrong', { scrapeConfig: { job_name: 'wrong', scrape_interval: 'soon' } })
  targets.setPlans('monitors', [wrong, plan('right')])
  await settled()
  assert.deepEqual(
    pools.map(({ name }) => name),
    ['kube-state-metrics', 'right'],
  )
  assert.match(checked[0], /^wrong: scrape_interval: not a valid duration/)
  assert.equal(targets.planOf('wrong'), undefined)
  targets.setPlans('monitors', [plan('wrong'), plan('right')])
  await settled()
  assert.equal(checked.at(-1), 'right: ')
  assert.equal(checked.at(-2), 'wrong: ')
})

test('plans: a plan that is as it was is not read again', async (t) => {
  const { targets, checked, settled } = world(t)
  const same = plan('m')
  targets.setPlans('monitors', [same])
  await settled()
  targets.setPlans('monitors', [same, plan('n')])
  await settled()
  assert.deepEqual(checked, ['m: ', 'n: '])
})

test('plans: in a pod the account’s files are named for what is ours to read, and for nothing else', async (t) => {
  const { targets, pools, settled } = world(t)
  const shape = { controlPlaneNodes: ['n1'], podComponents: new Set<string>(), resourceNodes: [], isEks: false }
  targets.setPlans('defaults', defaultPlans({ ...shape, trustsControlPlane: true }))
  targets.setPlans('monitors', [plan('m')])
  await settled()
  const known = pools.flatMap(({ name, options: { http } }) =>
    http.authorization?.credentials_file === account.token
      ? [`${name} ${http.tls_config?.server_name ?? ''}`.trim()]
      : [],
  )
  assert.deepEqual(known, [
    'kubelet',
    'kubelet-cadvisor',
    'kubelet-probes',
    'apiserver kubernetes',
    'kube-scheduler',
    'kube-controller-manager',
  ])
  assert.deepEqual(targets.optionalPools().includes('m'), false)
})

test('plans: the account’s files are those of a pod alone', () => {
  const access = { identity: { source: 'pod' }, token: { file: 't' }, ca: { file: 'c' } }
  assert.deepEqual(accountOf(access as never), { token: 't', ca: 'c' })
  assert.equal(accountOf({ ...access, identity: { source: 'kubeconfig' } } as never), undefined)
})

test('plans: a pool is blocked by the first reason, with its facts', async (t) => {
  const { targets, settled } = world(t)
  const blocked = [{ id: 'secret-missing', facts: { name: 's', isNew: true, count: 2 } }] as never
  targets.setPlans('monitors', [plan('m', { blocked })])
  await settled()
  assert.deepEqual(targets.blocked('m'), { id: 'secret-missing', facts: { name: 's', isNew: 'true', count: 2 } })
  assert.equal(targets.blocked('other'), undefined)
})

test('plans: nothing is set once the cluster is no longer watched', async (t) => {
  const { targets, checked, settled } = world(t)
  targets.setPlans('monitors', [plan('m')])
  targets[Symbol.dispose]()
  await settled()
  assert.deepEqual(checked, [])
})

test('pools: metrics.k8s.io is asked only where kubelets cannot be read', () => {
  assert.deepEqual(
    ownPools('c', 10_000, { isBlind: true, hasState: true }).map(({ name, options }) => [name, options.intervalMs]),
    [
      ['kube-state-metrics', 10_000],
      ['metrics-api', 30_000],
    ],
  )
})

test('plans: the control plane is shown a pod’s token, and of a kubeconfig nothing but a client certificate', () => {
  const kubeconfig = { identity: { source: 'kubeconfig' }, impersonation: {} }
  const cert = { text: 'pem' }
  const cases: [object, boolean][] = [
    [{ identity: { source: 'pod' }, token: { file: 't' }, impersonation: {} }, true],
    [{ ...kubeconfig, cert }, true],
    [kubeconfig, false],
    [{ ...kubeconfig, cert, token: { text: 't' } }, false],
    [{ ...kubeconfig, cert, basic: { username: 'u', password: 'p' } }, false],
    [{ ...kubeconfig, exec: { command: 'login' } }, false],
    [{ ...kubeconfig, cert, impersonation: { 'Impersonate-User': 'other' } }, false],
  ]
  for (const [access, expected] of cases) assert.equal(trustsControlPlane(access as never), expected)
})
