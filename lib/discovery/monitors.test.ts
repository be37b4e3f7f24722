import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { KubeObject } from '#lib/kube'
import * as v from 'valibot'
import { scrapeConfigSchema } from '#lib/scrape'
import { annotationPlans } from './annotation-jobs.ts'
import { defaultPlans } from './default-jobs.ts'
import { Monitors } from './monitors.ts'
import { nearestText, reasonText } from './monitor-words.ts'
import { ObjectStores } from './object-store.ts'
import type { MonitorReport, SeenDrop } from './explain-monitor.ts'
import type { PoolPlan } from './pool-plan.ts'
import type { SecretAnswer } from './secret-slots.ts'
import { object, pod, service, slice, TestCluster } from './test-cluster.ts'
import { targetsOf } from './test-targets.suite.ts'

const web: KubeObject[] = [
  pod('a/web-1', '10.1.0.1', { app: 'web', team: 'blue' }),
  service('a/web', { app: 'web', tier: 'front' }, { app: 'web' }),
  slice('a/web-x', 'web', { 'web-1': '10.1.0.1' }),
]

function serviceMonitor(
  fields: Record<string, unknown>,
  endpoint: Record<string, unknown> = { port: 'http' },
): KubeObject {
  return object('ServiceMonitor', 'a/m', {
    spec: { selector: { matchLabels: { app: 'web' } }, endpoints: [endpoint], ...fields },
  })
}

function podMonitor(endpoint: Record<string, unknown>, fields: Record<string, unknown> = {}): KubeObject {
  return object('PodMonitor', 'a/m', {
    spec: { selector: { matchLabels: { app: 'web' } }, podMetricsEndpoints: [endpoint], ...fields },
  })
}

const probe = object('Probe', 'a/p', {
  spec: {
    jobName: 'ping',
    module: 'http_2xx',
    prober: { url: 'blackbox:9115' },
    targets: { staticConfig: { static: ['https://example.com/x'], labels: { namespace: 'forged', env: 'prod' } } },
  },
})

interface Watched {
  readonly monitors: Monitors
  readonly told: (readonly PoolPlan[])[]
  report(active?: number, dropped?: readonly SeenDrop[]): MonitorReport
}

async function watch(
  cluster: TestCluster,
  answers: Record<string, SecretAnswer> = {},
  probeNamespaces: readonly string[] = [],
): Promise<Watched> {
  const told: (readonly PoolPlan[])[] = []
  const monitors = new Monitors(new ObjectStores(cluster.subscribe), {
    readSecret: ({ namespace, name, key }) =>
      Promise.resolve(answers[`${namespace}/${name}/${key}`] ?? { missing: true }),
    probeNamespaces,
    onPlans: (plans) => told.push(plans),
  })
  for (let i = 0; i < 4; i++) await setImmediate()
  const report = (active = 0, dropped: readonly SeenDrop[] = []): MonitorReport =>
    monitors.explain({ targets: () => active, dropped: () => dropped })[0]
  return { monitors, told, report }
}

/** The explanation of the only monitor, in words. */
function words({ reasons }: MonitorReport): string[] {
  return reasons.flatMap((reason) => [reasonText(reason), ...reason.nearest.map(nearestText)])
}

test('monitors: a ServiceMonitor gives the labels that the operator gives', async () => {
  const monitor = serviceMonitor({ jobLabel: 'tier', targetLabels: ['tier'], podTargetLabels: ['team'] })
  const cluster = new TestCluster(...web, monitor)
  const { told, monitors } = await watch(cluster)
  assert.equal(told.at(-1)?.[0].name, 'serviceMonitor/a/m/0')
  assert.deepEqual(await targetsOf((told.at(-1) as PoolPlan[])[0], cluster), [
    {
      __address__: '10.1.0.1:8080',
      __scheme__: 'http',
      __metrics_path__: '/metrics',
      job: 'front',
      namespace: 'a',
      service: 'web',
      pod: 'web-1',
      container: 'app',
      endpoint: 'http',
      tier: 'front',
      team: 'blue',
    },
  ])
  monitors[Symbol.dispose]()
})

test('monitors: a PodMonitor gives the labels that the operator gives', async () => {
  const cluster = new TestCluster(...web, podMonitor({ portNumber: 8080, path: 'm', scheme: 'HTTPS' }))
  const { told, monitors } = await watch(cluster)
  const [plan] = told.at(-1) as PoolPlan[]
  assert.equal(plan.name, 'podMonitor/a/m/0')
  assert.deepEqual(await targetsOf(plan, cluster), [
    {
      __address__: '10.1.0.1:8080',
      __scheme__: 'https',
      __metrics_path__: '/m',
      job: 'a/m',
      namespace: 'a',
      pod: 'web-1',
      container: 'app',
      endpoint: '8080',
    },
  ])
  monitors[Symbol.dispose]()
})

const selections: readonly [title: string, spec: Record<string, unknown>, targets: number][] = [
  ['an empty selector selects all', { selector: {} }, 1],
  ['In', { selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['x', 'web'] }] } }, 1],
  ['NotIn', { selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] } }, 0],
  [
    'NotIn of a missing label',
    { selector: { matchExpressions: [{ key: 'x', operator: 'NotIn', values: ['web'] }] } },
    1,
  ],
  ['Exists', { selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }, 1],
  ['DoesNotExist', { selector: { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] } }, 0],
  ['another namespace', { namespaceSelector: { matchNames: ['b'] } }, 0],
  ['any namespace', { namespaceSelector: { any: true } }, 1],
  ['role selectors', { selectorMechanism: 'RoleSelector' }, 1],
]

for (const [title, spec, targets] of selections) {
  test(`monitors: selects as the API server does: ${title}`, async () => {
    const cluster = new TestCluster(...web, serviceMonitor(spec))
    const { told, monitors } = await watch(cluster)
    assert.equal((await targetsOf((told.at(-1) as PoolPlan[])[0], cluster)).length, targets)
    monitors[Symbol.dispose]()
  })
}

test('monitors: all that an endpoint says of scraping reaches the scrape config', async () => {
  const endpoint = {
    port: 'http',
    interval: '15s',
    scrapeTimeout: '5s',
    honorLabels: true,
    honorTimestamps: false,
    params: { module: ['x', 'y'] },
    followRedirects: false,
    enableHttp2: false,
    proxyUrl: 'http://proxy:3128',
    relabelings: [{ sourceLabels: ['a'], targetLabel: 'b', action: 'Replace', regex: '(.+)', replacement: '$1' }],
    metricRelabelings: [{ sourceLabels: ['__name__'], regex: 'go_.*', action: 'drop' }],
  }
  const monitor = serviceMonitor({ sampleLimit: 10, attachMetadata: { node: true }, bodySizeLimit: '1MB' }, endpoint)
  const { told, monitors } = await watch(new TestCluster(monitor))
  const { relabel_configs: rules, ...config } = (told.at(-1) as PoolPlan[])[0].scrapeConfig
  assert.deepEqual((rules as unknown[]).at(-1), {
    source_labels: ['a'],
    regex: '(.+)',
    target_label: 'b',
    replacement: '$1',
    action: 'replace',
  })
  assert.deepEqual(config, {
    job_name: 'serviceMonitor/a/m/0',
    scrape_interval: '15s',
    scrape_timeout: '5s',
    honor_labels: true,
    honor_timestamps: false,
    params: { module: ['x', 'y'] },
    follow_redirects: false,
    enable_http2: false,
    proxy_url: 'http://proxy:3128',
    sample_limit: 10,
    body_size_limit: '1MB',
    kubernetes_sd_configs: [{ role: 'endpointslice', namespaces: { names: ['a'] }, attach_metadata: { node: true } }],
    metric_relabel_configs: [{ source_labels: ['__name__'], regex: 'go_.*', action: 'drop' }],
  })
  monitors[Symbol.dispose]()
})

test('monitors: every kind of plan is a scrape config that is taken as it stands', async () => {
  const basicAuth = { username: { name: 's', key: 'u' }, password: { name: 's', key: 'p' } }
  const tlsConfig = { cert: { secret: { name: 's', key: 'c' } }, keySecret: { name: 's', key: 'k' } }
  const cluster = new TestCluster(
    serviceMonitor({}, { port: 'http', basicAuth, interval: '15s', scrapeTimeout: '10s', params: { a: ['b'] } }),
    podMonitor({ portNumber: 1, tlsConfig, metricRelabelings: [{ regex: 'a', action: 'LabelDrop' }] }),
    object('Probe', 'a/p', { spec: { prober: { url: 'b:1' }, targets: { ingress: { selector: {} } } } }),
    probe,
    object('ScrapeConfig', 'a/s', {
      spec: { kubernetesSDConfigs: [{ role: 'Node', attachMetadata: { node: true } }] },
    }),
  )
  const answers = { 'a/s/u': { value: 'me' }, 'a/s/p': { value: 'x' }, 'a/s/c': { value: 'PEM' } }
  const { told, monitors } = await watch(cluster, answers, ['a'])
  const shape = { controlPlaneNodes: ['n1'], podComponents: new Set(['kube-proxy']), resourceNodes: ['n1'] }
  const defaults = defaultPlans({ ...shape, isEks: true, trustsControlPlane: true })
  const plans = [...(told.at(-1) as PoolPlan[]), ...annotationPlans(), ...defaults]
  assert.equal(plans.length, 4 + 4 + 12)
  for (const { name, scrapeConfig } of plans) {
    const { issues } = v.safeParse(scrapeConfigSchema, scrapeConfig)
    assert.equal(issues, undefined, name)
  }
  monitors[Symbol.dispose]()
})

test('monitors: values of secrets come from the own namespace, and a missing right is told', async () => {
  const basicAuth = { username: { name: 's', key: 'u' }, password: { name: 's', key: 'p' } }
  const tlsConfig = { ca: { configMap: { name: 'c', key: 'ca.crt' } }, serverName: 'web' }
  const cluster = new TestCluster(serviceMonitor({}, { port: 'http', basicAuth, tlsConfig }))
  const answers: Record<string, SecretAnswer> = {
    'a/s/u': { value: 'me' },
    'a/s/p': { forbidden: 'get secrets' },
    'a/c/ca.crt': { value: 'PEM' },
  }
  const { told, monitors, report } = await watch(cluster, answers)
  const [plan] = told.at(-1) as PoolPlan[]
  assert.equal(plan.scrapeConfig.basic_auth, undefined)
  assert.deepEqual(
    plan.blocked.map(({ id }) => id),
    ['secret-forbidden'],
  )
  assert.deepEqual(words(report()), [
    'The right to get secrets s in namespace a is missing.',
    'Create the Role binnacle-monitor-secrets in namespace a.',
  ])
  monitors[Symbol.dispose]()
})

test('monitors: values of secrets stand in the scrape config once they are read', async () => {
  const authorization = { credentials: { name: 's', key: 't' } }
  const tlsConfig = { ca: { configMap: { name: 'c', key: 'ca.crt' } }, serverName: 'web' }
  const cluster = new TestCluster(serviceMonitor({}, { port: 'http', authorization, tlsConfig }))
  const answers = { 'a/s/t': { value: 'token' }, 'a/c/ca.crt': { value: 'PEM' } }
  const { told, monitors } = await watch(cluster, answers)
  const [{ scrapeConfig, blocked }] = told.at(-1) as PoolPlan[]
  assert.deepEqual(blocked, [])
  assert.deepEqual(scrapeConfig.authorization, { credentials: 'token' })
  assert.deepEqual(scrapeConfig.tls_config, { ca: 'PEM', server_name: 'web' })
  monitors[Symbol.dispose]()
})

const refused: readonly [title: string, endpoint: Record<string, unknown>, says: string][] = [
  ['a token from a file', { bearerTokenFile: '/var/run/secrets/token' }, 'bearerTokenFile names a file'],
  ['a CA from a file', { tlsConfig: { caFile: '/etc/passwd' } }, 'tlsConfig.caFile names a file'],
  ['a key from a file', { tlsConfig: { keyFile: '/k' } }, 'tlsConfig.keyFile names a file'],
  ['two ways to log in', { basicAuth: {}, authorization: {} }, 'at most one of'],
  ['a secret of a strange name', { basicAuth: { password: { name: '../x', key: 'k' } } }, 'the name of a secret'],
  ['ten scrapes a second', { interval: '100ms' }, 'shorter than 1s'],
  ['no duration', { interval: 'soon' }, 'a duration'],
  ['a scheme of another kind', { scheme: 'file' }, 'http or https'],
  ['a broken pattern', { relabelings: [{ regex: '(' }] }, 'regex is not valid'],
  ['a pattern of a million states', { relabelings: [{ regex: '(((a{99}){9}){99})' }] }, 'larger than the limit'],
  ['a flood of rules', { relabelings: Array.from({ length: 1000 }, () => ({})) }, 'larger than the limit'],
  ['a text where a list belongs', { params: { a: 'b' } }, 'expected a list'],
]

for (const [title, endpoint, says] of refused) {
  test(`monitors: refuses ${title}, with the reason`, async () => {
    const { told, monitors, report } = await watch(
      new TestCluster(...web, serviceMonitor({}, { port: 'http', ...endpoint })),
    )
    assert.deepEqual(told.at(-1), [])
    const said = words(report())
    assert.ok(
      said.some((text) => text.includes(says)),
      said.join('\n'),
    )
    monitors[Symbol.dispose]()
  })
}

const silent: readonly [title: string, objects: KubeObject[], says: string[]][] = [
  [
    'a port that the service does not have',
    [...web, serviceMonitor({}, { port: 'htp' })],
    ['No Service has a port htp. There is http (80).', 'Port http exists.'],
  ],
  [
    'the number of a port where its name belongs',
    [...web, serviceMonitor({}, { port: '80' })],
    ['No Service has a port 80. There is http (80).', 'Write targetPort: 80.', 'Port http exists.'],
  ],
  [
    'a selector that differs in one label',
    [...web, serviceMonitor({ selector: { matchLabels: { app: 'wbe', tier: 'front' } } })],
    ['No Service of namespace a matches app=wbe,tier=front.', 'a/web has app=web; it would match with app=wbe.'],
  ],
  [
    'a service in a namespace that is not selected',
    [...web, serviceMonitor({ namespaceSelector: { matchNames: ['b'] } })],
    ['No Service of namespace b matches app=web.', 'a/web matches; its namespace is not selected.'],
  ],
  [
    'a service whose selector matches no pod',
    [
      pod('a/web-1', '10.1.0.1', { app: 'web2' }),
      service('a/web', { app: 'web' }, { app: 'web' }),
      slice('a/web-x', 'web', {}),
      serviceMonitor({}),
    ],
    [
      'Service a/web has no endpoints: no pod matches app=web.',
      'Pod a/web-1 has app=web2; the service asks for app=web.',
    ],
  ],
  [
    'pods that have ended',
    [
      object('Pod', 'a/web-1', { labels: { app: 'web' }, status: { phase: 'Succeeded' } }),
      podMonitor({ port: 'http' }),
    ],
    ['The pods do not run (Succeeded).'],
  ],
  [
    'a container port that no pod has',
    [...web, podMonitor({ port: 'metrics' })],
    ['No Pod has a port metrics. There is http (8080).', 'Port http exists.'],
  ],
  [
    'nothing at all',
    [...web, serviceMonitor({ endpoints: [] })],
    ['spec.endpoints names nothing to scrape.'.replace('spec.', '')],
  ],
]

for (const [title, objects, says] of silent) {
  test(`monitors: tells why there is no target: ${title}`, async () => {
    const { monitors, report } = await watch(new TestCluster(...objects))
    const said = words(report())
    assert.deepEqual(
      said.map((text) => text.replace(/^spec\./, '')),
      says,
    )
    monitors[Symbol.dispose]()
  })
}

test('monitors: a plan that is as it was is the same object, whatever else changes', async () => {
  const cluster = new TestCluster(serviceMonitor({}))
  const { told, monitors } = await watch(cluster)
  cluster.apply(podMonitor({ port: 'http' }))
  await setImmediate()
  assert.equal(told.length, 2)
  assert.equal(told[1].length, 2)
  assert.equal(told[1][0], told[0][0])
  cluster.apply(podMonitor({ port: 'http' }))
  await setImmediate()
  assert.equal(told.length, 2)
  monitors[Symbol.dispose]()
})

test('monitors: drops by the author’s own rules are told with the rule, those of the selection are not', async () => {
  const { monitors, report } = await watch(new TestCluster(...web, serviceMonitor({})))
  const drop = (rule: number): SeenDrop => ({
    pool: 'serviceMonitor/a/m/0',
    source: 'endpointslice/a/web-x',
    discoveredLabels: {},
    reason: { id: 'relabelled-away', facts: { rule, action: 'drop', sourceLabels: 'pod', regex: 'web.*' } },
  })
  const told = report(0, [drop(0), drop(1000), drop(1000)])
  assert.equal(told.dropped, 2)
  assert.match(words(told)[0], /^2 targets were found and dropped: relabelling rule \d+ \(drop web\.\* on pod\)/)
  monitors[Symbol.dispose]()
})

test('monitors: what may not be listed is the reason, whatever else is missing', async () => {
  const cluster = new TestCluster(...web, serviceMonitor({}))
  cluster.forbidden.add('services')
  const { monitors, report } = await watch(cluster)
  assert.deepEqual(words(report()), ['services cannot be listed: list services.'])
  monitors[Symbol.dispose]()
})

test('monitors: definitions that appear later are picked up', async () => {
  const cluster = new TestCluster(...web, serviceMonitor({}))
  cluster.absent.add('servicemonitors')
  const { told, monitors } = await watch(cluster)
  assert.deepEqual(told, [[]])
  assert.deepEqual(monitors.troubles, [])
  cluster.allow('servicemonitors')
  await setImmediate()
  assert.equal(told.at(-1)?.length, 1)
  monitors[Symbol.dispose]()
})

test('monitors: probes are taken only from the namespaces that the operator names', async () => {
  const { told, monitors, report } = await watch(new TestCluster(probe))
  assert.deepEqual(told.at(-1), [])
  assert.deepEqual(
    report().reasons.map(({ id }) => id),
    ['namespace-not-selected'],
  )
  monitors[Symbol.dispose]()
})

test('monitors: a Probe asks its prober for each of its targets, and cannot forge a namespace', async () => {
  const cluster = new TestCluster(probe)
  const { told, monitors } = await watch(cluster, {}, ['a'])
  const [plan] = told.at(-1) as PoolPlan[]
  assert.deepEqual(plan.scrapeConfig.params, { module: ['http_2xx'] })
  assert.deepEqual(await targetsOf(plan, cluster), [
    {
      __address__: 'blackbox:9115',
      __metrics_path__: '/probe',
      __param_target: 'https://example.com/x',
      __scheme__: 'http',
      env: 'prod',
      instance: 'https://example.com/x',
      job: 'ping',
      namespace: 'a',
    },
  ])
  monitors[Symbol.dispose]()
})

test('monitors: a ScrapeConfig finds static targets and those of the cluster, and nothing else', async () => {
  const spec = {
    staticConfigs: [{ targets: ['x:1'], labels: { a: 'b' } }],
    kubernetesSDConfigs: [{ role: 'Pod' }],
    scrapeInterval: '20s',
  }
  const cluster = new TestCluster(...web, object('ScrapeConfig', 'a/s', { spec }))
  const { told, monitors } = await watch(cluster, {}, ['a'])
  const [plan] = told.at(-1) as PoolPlan[]
  assert.equal(plan.scrapeConfig.scrape_interval, '20s')
  assert.equal((await targetsOf(plan, cluster)).length, 2)
  cluster.apply(object('ScrapeConfig', 'a/s', { spec: { fileSDConfigs: [{ files: ['/etc/x.json'] }] } }))
  await setImmediate()
  assert.deepEqual(told.at(-1), [])
  monitors[Symbol.dispose]()
})
