import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { parseExactQuantity, quantityNumber } from '#lib/resource-metrics'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { root, sleep, until } from '../support/program.ts'
import { askSecurely } from '../support/secured.ts'
import { toolPath } from '../support/tools.ts'
import { patience } from '../support/watched.ts'

const peer = toolPath('metrics-server')
const missing =
  clusterMissing() ??
  (peer === undefined ? 'metrics-server is not built: scripts/peers install metrics-server' : undefined)

const ports = { ours: 14_250, theirs: 14_251 }
const ROOT = '/apis/metrics.k8s.io/v1beta1'
/** Readings are some seconds apart. */
const CYCLE_S = 10

let cluster: Cluster
const started: ChildProcess[] = []
let folder = ''

before(async () => {
  if (missing !== undefined) return
  cluster = Cluster.up()
  cluster.applyFile('well')
  cluster.kubectl('wait', '-n', 'shop', '--for=condition=Ready', 'pod', '--all', '--timeout=60s')
  folder = mkdtempSync(join(tmpdir(), 'peer-'))
  const shared = [
    `--kubeconfig=${cluster.kubeconfig}`,
    '--kubelet-insecure-tls',
    '--kubelet-preferred-address-types=InternalIP',
    `--metric-resolution=${CYCLE_S}s`,
    '--kubelet-request-timeout=5s',
    '--bind-address=127.0.0.1',
  ]
  const ours = ['app/cli/main.ts', 'metrics-api', ...shared, `--secure-port=${ports.ours}`, '--telemetry-address=']
  started.push(spawn(process.execPath, ours, { cwd: root, stdio: 'inherit' }))
  const review = ['authentication', 'authorization'].map((what) => `--${what}-kubeconfig=${cluster.kubeconfig}`)
  const theirs = [...shared, ...review, `--secure-port=${ports.theirs}`, `--cert-dir=${folder}`]
  started.push(spawn(peer ?? '', theirs, { stdio: 'ignore' }))
  for (const port of Object.values(ports))
    await until(90 * patience(), `port ${port} has figures of pods`, async () => (await list(port, 'pods')).length > 3)
  await sleep(2 * CYCLE_S * 1000)
})

after(() => {
  for (const child of started) child.kill()
  if (folder !== '') rmSync(folder, { recursive: true })
  if (missing === undefined) cluster[Symbol.dispose]()
})

interface Usage {
  readonly cpu: string
  readonly memory: string
}

interface Item {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: object }
  readonly timestamp: string
  readonly window: string
  readonly usage?: Usage
  readonly containers?: readonly { readonly name: string; readonly usage: Usage }[]
}

function ask(port: number, path: string, accept = 'application/json') {
  const identity = {
    cert: readFileSync(cluster.file('pki/admin.crt')),
    key: readFileSync(cluster.file('pki/admin.key')),
  }
  return askSecurely(`https://127.0.0.1:${port}${path}`, { ...identity, headers: { accept } })
}

async function list(port: number, what: 'nodes' | 'pods'): Promise<Item[]> {
  try {
    const { text, status } = await ask(port, `${ROOT}/${what}`)
    if (status !== 200) throw new Error(`${status} ${text}`)
    return (JSON.parse(text) as { items: Item[] }).items
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return [] // it has not started yet
    throw error
  }
}

/** Everything but the figures. */
function shapeOf({ metadata, containers }: Item) {
  const { name, namespace, labels } = metadata
  return { name, namespace, labels, containers: containers?.map((one) => one.name).toSorted() }
}

test('both tell of the same nodes, pods and containers, with the same labels', { skip: missing }, async () => {
  for (const what of ['nodes', 'pods'] as const) {
    const [ours, theirs] = await Promise.all([list(ports.ours, what), list(ports.theirs, what)])
    const byName = (items: Item[]) =>
      items.map(shapeOf).toSorted((a, b) => (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1))
    assert.deepEqual(byName(ours), byName(theirs))
    assert.ok(ours.length > 0)
  }
})

test('their figures differ by no more than the moment does', { skip: missing }, async (t) => {
  const sums = { ours: 0, theirs: 0 }
  let compared = 0
  for (let round = 0; round < 3; round++) {
    const [ours, theirs] = await Promise.all([figures(ports.ours), figures(ports.theirs)])
    for (const [name, { cpu, memory }] of ours) {
      const other = theirs.get(name)
      if (other === undefined) continue
      compared++
      sums.ours += cpu
      sums.theirs += other.cpu
      assert.ok(
        Math.abs(memory - other.memory) <= Math.max(16 << 20, other.memory * 0.2),
        `${name}: ${memory} and ${other.memory} bytes`,
      )
    }
    await sleep(CYCLE_S * 1000)
  }
  t.diagnostic(`${compared} figures; CPU in all ${sums.ours.toFixed(3)} and ${sums.theirs.toFixed(3)} cores`)
  assert.ok(compared >= 15)
  assert.ok(Math.abs(sums.ours - sums.theirs) <= Math.max(0.3, sums.theirs * 0.5), 'CPU')
})

async function figures(port: number): Promise<Map<string, { cpu: number; memory: number }>> {
  const found = new Map<string, { cpu: number; memory: number }>()
  const read = ({ cpu, memory }: Usage) => ({
    cpu: quantityNumber(parseExactQuantity(cpu)),
    memory: quantityNumber(parseExactQuantity(memory)),
  })
  for (const { metadata, usage } of await list(port, 'nodes')) if (usage) found.set(metadata.name, read(usage))
  for (const { metadata, containers = [] } of await list(port, 'pods'))
    for (const { name, usage } of containers) found.set(`${metadata.namespace}/${metadata.name}/${name}`, read(usage))
  return found
}

test('refusals, single objects, selectors and tables have the same shape', { skip: missing }, async () => {
  const asked: readonly (readonly [string, string?])[] = [
    [`${ROOT}/nodes/nobody`],
    [`${ROOT}/namespaces/shop/pods/nobody`],
    [`${ROOT}/nodes?watch=true`],
    [`${ROOT}/pods?labelSelector=app%3Dnone`],
    [`${ROOT}/pods?labelSelector=a%3D%3D%3Db`],
    [`${ROOT}/pods?fieldSelector=status.phase%3DRunning`],
    [`${ROOT}/pods?fieldSelector=metadata.name%3Ddb-0`],
    [`${ROOT}/namespaces/shop/pods/db-0`],
    [`${ROOT}/nodes?includeObject=Object`, 'application/json;as=Table;g=meta.k8s.io;v=v1'],
    [ROOT],
    ['/apis/metrics.k8s.io'],
    ['/apis', 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'],
    ['/livez'],
    ['/nowhere'],
  ]
  const different: unknown[] = []
  for (const [path, accept] of asked) {
    const [ours, theirs] = await Promise.all([ask(ports.ours, path, accept), ask(ports.theirs, path, accept)])
    // Of what does not exist metrics-server tells in the words of its cache; the API's own samples have ours.
    const isAbsent = ours.status === 404 && path.startsWith(ROOT)
    const shapes = [ours, theirs].map(({ status, text }) => ({ status, shape: isAbsent ? '' : skeleton(text) }))
    if (!isDeepStrictEqual(shapes[0], shapes[1])) different.push({ path, ours: shapes[0], theirs: shapes[1] })
  }
  assert.deepEqual(different, [])
})

/** The names of fields and the kinds of their values; of texts only those that say what something is. */
function skeleton(text: string): unknown {
  if (!text.startsWith('{')) return text.trim()
  const said = new Set(['kind', 'apiVersion', 'reason', 'code', 'status', 'message'])
  const walk = (value: unknown, field = ''): unknown => {
    if (Array.isArray(value)) return value.slice(0, 1).map((one) => walk(one))
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, name === 'labels' ? {} : walk(one, name)]),
      )
    return said.has(field) ? value : typeof value
  }
  return walk(JSON.parse(text))
}
