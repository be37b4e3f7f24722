import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClusterModel, type ClusterStatus } from '#lib/cluster'
import { everything, onlyNamespaces } from '#lib/storage'
import { clusterSources } from './cluster-views.ts'

const status: ClusterStatus = {
  present: true,
  why: '',
  name: 'prod',
  context: 'prod',
  server: 'https://10.0.0.1',
  user: 'me',
  source: 'kubeconfig',
  version: 'v1.37.0',
  reachable: true,
  unreachableSinceMs: 0,
  unreachableWhy: '',
  notes: [{ subject: 'kubelets', level: 'ok', text: 'Kubelets are read directly.', remedy: '' }],
}

/** Lists rest after a look, at most 15 seconds. */
async function rested<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 200; i++) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('nothing was told of the change')
}

function world() {
  const model = new ClusterModel()
  const sink = (resource: string) => {
    const found = model.sinks().find((one) => one.resource === resource)
    assert.ok(found)
    return found.sink
  }
  const sources = clusterSources(model, () => status)
  const whole = (path: string, params: Record<string, string[]> = {}, scope = everything as never) => {
    const source = sources[path]
    return typeof source === 'function' ? source(scope, params) : source.whole(scope, params)
  }
  return { model, sink, sources, whole }
}

test('cluster views: every list is there, whole over HTTP and by its changes live', async () => {
  const { sink, sources, whole } = world()
  for (const name of ['nodes', 'namespaces', 'workloads', 'pods', 'containers', 'events'])
    assert.deepEqual(((await whole(`cluster/${name}`)) as { rows: unknown[] }).rows, [], name)
  const pods = sources['cluster/pods']
  assert.ok(typeof pods === 'object')
  const { version } = await pods.whole(everything, {})
  sink('pods').upsert({ metadata: { namespace: 'shop', name: 'web' } })
  const changes = (await rested(() => pods.since(everything, {}, version))) as unknown as {
    version: number
    changed: { key: string }[]
  }
  assert.deepEqual(
    changes.changed.map(({ key }) => key),
    ['shop/web'],
  )
  assert.equal(await pods.since(everything, {}, changes.version), undefined)
  assert.equal(await pods.since(onlyNamespaces(['bank']), {}, version), undefined)
})

test('cluster views: the cluster says what could not be watched, once for each reason', async () => {
  const { sink, whole } = world()
  const refused = { namespace: '', phase: 'waiting' as const, reason: 'The API server does not answer.' }
  for (const resource of ['pods', 'nodes']) sink(resource).state(refused)
  sink('services').state({ namespace: 'shop', phase: 'forbidden', reason: 'May not list services in shop.' })
  const view = (await whole('cluster')) as { name: string; notes: unknown[] }
  assert.equal(view.name, 'prod')
  assert.deepEqual(view.notes, [
    status.notes[0],
    { subject: 'nodes, pods', level: 'warning', text: 'The API server does not answer.', remedy: '' },
    { subject: 'services in shop', level: 'warning', text: 'May not list services in shop.', remedy: '' },
  ])
  const other = (await whole('cluster', {}, onlyNamespaces(['bank']) as never)) as { notes: unknown[] }
  assert.equal(other.notes.length, 2)
})

test('cluster views: an object is found by kind and name; what is not there and what may not be seen are one answer', async () => {
  const { sink, whole } = world()
  sink('pods').upsert({ metadata: { namespace: 'shop', name: 'web' } })
  const params = { kind: ['pod'], namespace: ['shop'], name: ['web'] }
  const detail = (await whole('cluster/object', params)) as { kind: string; object: { key: string } }
  assert.deepEqual([detail.kind, detail.object.key], ['pod', 'shop/web'])
  const answer = { code: 'not_found', message: 'there is no pod shop/web' }
  await assert.rejects(whole('cluster/object', params, onlyNamespaces(['bank']) as never), answer)
  sink('pods').remove({ namespace: 'shop', name: 'web', uid: '' })
  await assert.rejects(whole('cluster/object', params), answer)
  await assert.rejects(whole('cluster/object', { kind: ['pod'] }), { code: 'bad_data' })
})
