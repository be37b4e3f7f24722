import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openLog } from '#lib/log'
import type { ClusterAccess } from '#lib/kube'
import { TargetSets } from '#lib/scrape'
import { FakeApiServer, refuse } from '#suite/kube/fake-api-server'
import { Cluster } from './cluster.ts'
import type { ClusterOptions } from './cluster-options.ts'
import { LocalBodies } from './local-bodies.ts'

const log = openLog({ level: 'fatal' as never, format: 'json' })
const options: ClusterOptions = {
  isWanted: true,
  kubeconfig: undefined,
  context: undefined,
  namespaces: [],
  scrapeConfigNamespaces: [],
  intervalMs: 10_000,
  namespaceTargetLimit: 0,
  namespaceSampleLimit: 0,
  stateFromPods: false,
  pinsConfigMap: '',
}

/** A program that watches a cluster, without its store. */
function program(t: TestContext, access: ClusterAccess, more: Partial<ClusterOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'))
  const bodies = new LocalBodies(async (name) => {
    throw new Error(`no body ${name}`)
  })
  const sets = new TargetSets({ log, send: async () => undefined, route: (target) => cluster.route(target) })
  const parts = { access, log, bodies, sets, folder, ask: async () => [] }
  const cluster = new Cluster({
    ...parts,
    options: { ...options, ...more },
    others: () => [],
    otherClusters: () => undefined,
  })
  t.after(async () => {
    await cluster[Symbol.asyncDispose]()
    await sets.stop()
    rmSync(folder, { recursive: true })
  })
  return { cluster, bodies, sets }
}

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 1200; i++) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  assert.fail(what)
}

/** An API server that answers reviews of rights by what is allowed, and knows its version. */
async function apiServer(t: TestContext, allowed: ReadonlySet<string>, port = 0) {
  const server = await FakeApiServer.start(port)
  t.after(() => server[Symbol.asyncDispose]())
  server.script = ({ path, body }, answer) => {
    if (path === '/version') answer.end(JSON.stringify({ gitVersion: 'v1.37.2', platform: 'linux' }))
    else if (path === '/api' || path === '/apis') answer.end(JSON.stringify({ versions: [], groups: [] }))
    else if (path.endsWith('selfsubjectaccessreviews')) {
      const { verb, resource, subresource = '' } = JSON.parse(body).spec.resourceAttributes
      answer.end(JSON.stringify({ status: { allowed: allowed.has([verb, resource, subresource].join(' ').trim()) } }))
    } else if (!path.includes('/namespaces/') && /\/(pods|deployments|nodes)$/.test(path) && !allowed.has('list pods'))
      refuse(answer, 403, 'Forbidden', 'no')
    else return false
    return true
  }
  return server
}

const everything = new Set(['list pods', 'list nodes', 'get nodes proxy', 'get pods proxy'])

function pod(namespace: string) {
  return { metadata: { name: 'p', namespace, uid: namespace }, spec: { nodeName: 'n1' }, status: { phase: 'Running' } }
}

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = await FakeApiServer.start()
  const { port } = server
  await server[Symbol.asyncDispose]()
  return port
}

test('cluster: an API server that is away at the start is told of, waited for, and watched when it comes', async (t) => {
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const { cluster } = program(t, { ...accessTo(address) })
  assert.equal(cluster.status().server, address, 'it is said whose cluster it is')
  await until(() => cluster.health().unreachable !== undefined, 'it is told that the API server is away')
  assert.equal(cluster.problems([])[0].rule, 'api-unreachable')
  const server = await apiServer(t, everything, port)
  server.put(pod('shop'))
  await until(() => cluster.model.records.pods.size === 1, 'pods are seen')
  await until(() => cluster.status().version === 'v1.37.2' && cluster.status().reachable, 'it is reached')
})

test('cluster: a plugin that fails is an expired login, and no reason not to start', async (t) => {
  const server = await apiServer(t, everything)
  const folder = mkdtempSync(join(tmpdir(), 'plugin-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const command = join(folder, 'login')
  writeFileSync(command, '#!/bin/sh\necho please log in >&2\nexit 1\n', { mode: 0o755 })
  const apiVersion = 'client.authentication.k8s.io/v1' as const
  const exec = { command, args: [], env: [], apiVersion, installHint: '', place: 'config:7:5' }
  const { cluster } = program(t, server.access({ exec }))
  await until(() => cluster.health().login !== undefined, 'the login is told')
  const [{ rule, facts }] = cluster.problems([])
  assert.equal(rule, 'login-expired')
  assert.match(String(facts.message), /config:7:5: .*login failed \(exit code 1\): please log in/)
})

test('cluster: who holds a role in one namespace sees that one, and is told what is missing', async (t) => {
  const server = await apiServer(t, new Set())
  server.put(pod('default'), '/api/v1/namespaces/default/pods')
  const { cluster } = program(t, server.access())
  await until(() => cluster.model.records.pods.size === 1, 'its pods are seen')
  await until(() => cluster.model.troubles().some(({ resource }) => resource === 'nodes'), 'nodes are refused')
  assert.ok(!server.requests.some(({ path }) => path === '/api/v1/pods'), 'nothing was asked for that may not be')
  assert.deepEqual(
    cluster.status().notes.map(({ subject, level }) => [subject, level]),
    [
      ['namespaces', 'warning'],
      ['metrics.k8s.io', 'ok'],
    ],
  )
})

test('cluster: an API server that answers slowly holds up nobody, and its answer is taken when it comes', async (t) => {
  const server = await apiServer(t, new Set())
  const answerNow = server.script
  const late: (() => void)[] = []
  server.script = (request, answer) => {
    if (!request.path.endsWith('selfsubjectaccessreviews')) return answerNow(request, answer)
    late.push(() => answerNow(request, answer))
    return true
  }
  server.put(pod('default'), '/api/v1/namespaces/default/pods')
  const started = Date.now()
  const { cluster } = program(t, server.access())
  assert.ok(Date.now() - started < 1000)
  await until(() => server.kinds().length > 0, 'everything is asked for after two seconds')
  server.script = answerNow
  for (const answer of late.splice(0)) answer()
  await until(() => cluster.model.records.pods.size === 1, 'the namespace that is left is watched')
})

test('cluster: monitors are seen as soon as their definition comes', async (t) => {
  const server = await apiServer(t, everything)
  const answerNow = server.script
  const monitors = '/apis/monitoring.coreos.com/v1/servicemonitors'
  let isDefined = false
  server.script = (request, answer) => {
    if (request.path !== monitors || isDefined) return answerNow(request, answer)
    refuse(answer, 404, 'NotFound', 'the server could not find the requested resource')
    return true
  }
  const { cluster } = program(t, server.access())
  await until(() => server.requests.some(({ path }) => path === monitors), 'monitors are asked for')
  assert.deepEqual(reports(cluster), [])
  isDefined = true
  server.put(
    { metadata: { name: 'web', namespace: 'shop' }, spec: { selector: {}, endpoints: [{ port: 'http' }] } },
    monitors,
  )
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  server.put({ metadata: { name: 'servicemonitors.monitoring.coreos.com' } }, definitions)
  await until(() => reports(cluster).length === 1, 'the monitor is seen')
})

function reports(cluster: Cluster) {
  return cluster.monitors.explain({ targets: () => 0, dropped: () => [] })
}

function accessTo(server: string): ClusterAccess {
  return {
    identity: {
      source: 'kubeconfig',
      from: 'test',
      context: 't',
      cluster: 'c',
      server,
      user: 'tester',
      namespace: 'default',
    },
    server,
    tlsServerName: '',
    insecure: false,
    proxy: '',
    compression: true,
    impersonation: {},
    notices: [],
  }
}
