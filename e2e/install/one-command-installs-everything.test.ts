import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AccountRights, accounts, type Right } from '../../deploy/objects/rights.ts'
import { axeFindings, Browser } from '../support/browser.ts'
import { components, Installation, installMissing } from '../support/installed.ts'
import { sleep, until } from '../support/program.ts'
import { askSecurely } from '../support/secured.ts'
import { patience } from '../support/watched.ts'

const missing = installMissing()

let install: Installation
let token = ''
let atFirst: ReadonlySet<string>

before(async () => {
  if (missing !== undefined) return
  install = Installation.prepare('binnacle-novolume.yaml')
  await sleep(3000) // what the cluster makes by itself is there
  atFirst = install.everything()
})

after(() => {
  if (missing === undefined) install[Symbol.dispose]()
})

const kubectl = (...args: string[]) => install.cluster.kubectl(...args)

test('one command, nothing edited: every pod is ready within a minute', { skip: missing }, async (t) => {
  install.apply()
  t.diagnostic(`ready after ${(await install.ready()).toFixed(0)} s`)
})

test('without a volume the server says at its start that data goes with the pod', { skip: missing }, () => {
  assert.match(kubectl('logs', '-n', 'binnacle', 'binnacle-server-0'), /goes? with the pod/)
})

test('kubectl top answers for nodes, pods, containers, sorted and selected', { skip: missing }, async () => {
  await until(90 * patience(), 'nodes have figures', async () => kubectl('top', 'nodes').includes('node1'))
  await until(60 * patience(), 'pods have figures', async () =>
    kubectl('top', 'pods', '-A', '--containers').includes('db-0'),
  )
  assert.match(kubectl('top', 'pods', '-n', 'shop', '-l', 'app=web'), /web-/)
  assert.doesNotMatch(kubectl('top', 'pods', '-n', 'shop', '-l', 'app=web'), /db-0/)
  assert.match(kubectl('top', 'pods', '-n', 'shop', '--sort-by=memory').split('\n')[1], /db-0/)
})

test('the certificate of the kubelet, which signs itself, is pinned', { skip: missing }, () => {
  const { metadata } = install.cluster.get('node', 'node1')
  const pins = JSON.stringify(install.cluster.get('configmap', 'binnacle-kubelet-pins', '-n', 'binnacle'))
  assert.ok(pins.includes(metadata.uid))
})

test('the pages are at the port of the node, by https, for whoever may see something', { skip: missing }, async () => {
  const url = install.url()
  assert.match((await askSecurely(`${url}/`)).text, /<!doctype html>/i)
  assert.equal((await askSecurely(`${url}/api/v1/labels`)).status, 401)
  const stranger = kubectl('create', 'token', 'default', '-n', 'shop').trim()
  assert.equal((await install.ask(stranger, '/api/v1/labels')).status, 403)
  token = install.admin()
  await until(60 * patience(), 'our own pods are scraped', async () => {
    const jobs = new Set((await install.query(token, 'up==1')).map(({ metric }) => metric.job))
    return ['node-exporter', 'kube-state-metrics', 'kubelet', 'binnacle-metrics-api'].every((job) => jobs.has(job))
  })
})

/** A token as the notes make one: in a Secret of the account, filled by the cluster. */
async function tokenOfSecret(): Promise<string> {
  const metadata = { name: 'me', annotations: { 'kubernetes.io/service-account.name': 'me' } }
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/service-account-token' }
  install.cluster.apply(JSON.stringify(secret))
  const base64 = await until(20 * patience(), 'the token is in the Secret', async () =>
    kubectl('get', 'secret', 'me', '-o', 'jsonpath={.data.token}'),
  )
  return Buffer.from(base64, 'base64').toString()
}

test(
  'a browser at the port of the node: either kind of token opens the pages, with the pods of the application',
  {
    skip: missing,
  },
  async (t) => {
    kubectl('create', 'job', 'report-now', '--from=cronjob/report', '-n', 'shop')
    kubectl('wait', '--for=condition=complete', 'job/report-now', '-n', 'shop', '--timeout=60s')
    const tries = [
      { given: kubectl('create', 'token', 'me').trim(), theme: 'light', width: 1440 },
      { given: await tokenOfSecret(), theme: 'dark', width: 390 },
    ] as const
    for (const { given, ...look } of tries) {
      const browser = await Browser.open({ ...look, anyCertificate: true })
      if ('skipped' in browser) return t.skip(browser.skipped)
      try {
        const page = await browser.page(install.url())
        const field = page.locator('[data-page="sign-in"] input')
        const enter = page.locator('[data-page="sign-in"] button[type="submit"]')
        await field.fill('not-a-token')
        await enter.click()
        await page.getByText('This token is not valid in this cluster').waitFor()
        assert.deepEqual(await axeFindings(page), [])
        await field.fill(given)
        await enter.click()
        await page.locator('[data-page="home"]').waitFor({ timeout: 20_000 })
        await page.goto(`${install.url()}/pods`)
        for (const pod of [/^web-/, /^db-0$/, /^report-now-/])
          await page.getByRole('link', { name: pod }).first().waitFor({ timeout: 20_000 })
      } finally {
        await browser.close()
      }
    }
  },
)

interface Rule {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

/** Each single thing that rules allow. */
function singles(rules: readonly Rule[]): string[] {
  return rules.flatMap(({ verbs, apiGroups = [], resources = [], resourceNames = [''], nonResourceURLs = [] }) =>
    verbs.flatMap((verb) => [
      ...nonResourceURLs.map((url) => `${verb} ${url}`),
      ...apiGroups.flatMap((group) =>
        resources.flatMap((resource) => resourceNames.map((name) => `${verb} ${group}/${resource} ${name}`.trim())),
      ),
    ]),
  )
}

/** What `kubectl auth can-i --list` asks, as someone else. */
function allowed(account: string, namespace: string): Set<string> {
  const [home, name] = account.split('/')
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } }
  const as = [`--as=system:serviceaccount:${home}:${name}`, '--as-group=system:serviceaccounts']
  const groups = ['--as-group=system:authenticated', `--as-group=system:serviceaccounts:${home}`]
  const answer = install.cluster.kubectlWith(
    JSON.stringify(review),
    'create',
    '--validate=false',
    '-f',
    '-',
    '-o',
    'json',
    ...as,
    ...groups,
  )
  const { status } = JSON.parse(answer) as {
    status: { resourceRules: Rule[]; nonResourceRules: Rule[]; incomplete: boolean }
  }
  assert.equal(status.incomplete, false)
  return new Set([...singles(status.resourceRules), ...singles(status.nonResourceRules)])
}

/** What the page of rights lists for a namespace, roles of Kubernetes among it. */
function listed({ cluster, namespaced, bound }: AccountRights, namespace: string): string[] {
  const roles = bound.flatMap(({ kind, name, namespace: home }): Right[] => {
    if (kind === 'ClusterRole') return rulesOf(kind, name)
    return home === namespace ? rulesOf(kind, name, '-n', home) : []
  })
  return singles([...cluster, ...(namespaced[namespace] ?? []), ...roles])
}

function rulesOf(...which: string[]): Right[] {
  return (install.cluster.get(...which) as unknown as { rules: Right[] }).rules
}

test('each account may do exactly what the page of rights lists', { skip: missing }, () => {
  for (const rights of accounts) {
    const home = rights.account === 'binnacle-agent' ? 'binnacle-agent' : 'binnacle'
    for (const namespace of ['binnacle', 'binnacle-agent', 'default', 'kube-system', 'shop']) {
      const everyone = allowed('shop/default', namespace)
      const may = [...allowed(`${home}/${rights.account}`, namespace)].filter((one) => !everyone.has(one)).toSorted()
      const expected = new Set(listed(rights, namespace).filter((one) => !everyone.has(one)))
      assert.deepEqual(may, [...expected].toSorted(), `${rights.account} in ${namespace}`)
    }
  }
})

const DEMAND = 'while [ ! -e /rest ]; do n=0; while [ $n -lt 20000 ]; do n=$((n+1)); done; done; sleep 100000'

/** A deployment that keeps a processor busy until it is told to rest, and what scales it. */
const busy = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'busy', namespace: 'shop' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'busy' } },
      template: {
        metadata: { labels: { app: 'busy' } },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'busy',
              image: 'busybox:test',
              imagePullPolicy: 'Never',
              command: ['sh', '-c', DEMAND],
              resources: { requests: { cpu: '50m' }, limits: { cpu: '150m' } },
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'busy', namespace: 'shop' },
    spec: {
      minReplicas: 1,
      maxReplicas: 2,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'busy' },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
    },
  },
]

test('an autoscaler scales a busy deployment up, and down when it rests', { skip: missing }, async () => {
  for (const object of busy) install.cluster.apply(JSON.stringify(object))
  const replicas = () => Number(install.cluster.get('deployment', 'busy', '-n', 'shop').spec?.replicas)
  const seen = () => kubectl('get', 'hpa', 'busy', '-n', 'shop', '--no-headers')
  await until(120 * patience(), 'two of them', async () => {
    if (replicas() !== 2) throw new Error(seen())
    return true
  })
  kubectl('rollout', 'status', 'deployment/busy', '-n', 'shop', '--timeout=60s')
  const names = kubectl('get', 'pods', '-n', 'shop', '-l', 'app=busy', '-o', 'name').trim().split('\n')
  for (const name of names) kubectl('exec', '-n', 'shop', name, '--', '/bin/sh', '-c', ': > /rest')
  await until(150 * patience(), 'one of them', async () => {
    if (replicas() !== 1) throw new Error(seen())
    return true
  })
  kubectl('delete', 'hpa,deployment', 'busy', '-n', 'shop')
})

test(
  'metrics-api that has no certificate to serve with says at its telemetry port what it waits for',
  {
    skip: missing,
  },
  async () => {
    kubectl('patch', 'secret', 'binnacle-metrics-api-ca', '-n', 'binnacle', '-p', '{"data":{"ca.crt":"bm90aGluZw=="}}')
    const selector = 'app.kubernetes.io/component=metrics-api'
    kubectl('delete', 'pods', '-n', 'binnacle', '-l', selector, '--force', '--grace-period=0')
    await until(60 * patience(), 'the reason is told', async () => {
      const ip = String(install.cluster.get('pods', '-n', 'binnacle', '-l', selector).items?.[0]?.status?.podIP)
      const answer = await fetch(`http://${ip}:8081/readyz?verbose`, { signal: AbortSignal.timeout(3000) })
      const text = await answer.text()
      if (answer.status === 200 || !text.includes('kubectl -n binnacle delete secret')) throw new Error(text)
      return true
    })
    kubectl('delete', 'secret', 'binnacle-metrics-api-ca', '-n', 'binnacle')
    await install.ready(60)
  },
)

test('a pod that is killed comes back, and metrics.k8s.io with it', { skip: missing }, async () => {
  for (const component of components) {
    const selector = `app.kubernetes.io/component=${component}`
    kubectl('delete', 'pods', '-A', '-l', selector, '--force', '--grace-period=0')
    await install.ready(90)
  }
  await until(90 * patience(), 'kubectl top answers again', async () => kubectl('top', 'nodes').includes('node1'))
})

test('one command removes what one has applied, and nothing is left behind', { skip: missing }, async () => {
  kubectl('delete', '-f', install.manifest, '--timeout=90s')
  await install.nothingLeft(atFirst)
})
