import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClusterModel } from '#lib/cluster'
import { CadvisorWatch } from './cadvisor-watch.ts'
import { namesContainers } from './cluster-bodies.ts'

const line = (labels: string) => Buffer.from(`# HELP x\ncontainer_cpu_usage_seconds_total{${labels}} 1\n`)

test('cadvisor: a body names containers when one of its labels has a name', () => {
  assert.equal(namesContainers(line('container="",id="/",container="app"')), true)
  assert.equal(namesContainers(line('container="",id="/kubepods"')), false)
  assert.equal(namesContainers(line('id="/",xcontainer=""')), false)
  assert.equal(namesContainers(new Uint8Array()), false)
})

function world() {
  const model = new ClusterModel()
  const pods = model.sinks().find(({ resource }) => resource === 'pods')?.sink
  const run = (name: string, node: string) =>
    pods?.upsert({
      metadata: { name, namespace: 'a', uid: name },
      spec: { nodeName: node },
      status: { phase: 'Running' },
    } as never)
  for (const node of ['n1', 'n2']) run(`on-${node}`, node)
  let nowMs = 0
  const told: string[] = []
  const state = { silent: [] as string[], asked: 0 }
  const watch = new CadvisorWatch({
    model,
    now: () => nowMs,
    onNodes: (nodes) => told.push(nodes.join(',')),
    ask: async () => {
      state.asked++
      return state.silent.map((node) => ({ labels: { node }, value: 1 }))
    },
  })
  const after = (ms: number) => {
    nowMs += ms
    return watch.look()
  }
  return { watch, told, state, after }
}

test('cadvisor: nodes that name no container where pods run are told, and told off again', async () => {
  const { told, state, after } = world()
  state.silent = ['n2', 'idle']
  await after(0)
  state.silent = []
  await after(2000)
  assert.deepEqual(told, ['n2', ''])
})

test('cadvisor: what an answer said counts at once, and until it is old', async () => {
  const { watch, told, state, after } = world()
  state.silent = ['n1']
  watch.note('n1', true)
  watch.note('n2', false)
  await after(0)
  watch.note('n2', true)
  await after(1)
  assert.deepEqual(told, ['n2', ''])
  await after(300_002)
  assert.equal(told.at(-1), 'n1', 'the store is asked about kubelets that are read another way by now')
})

test('cadvisor: it is looked often at first, then each minute', async () => {
  const { state, after } = world()
  for (let i = 0; i < 10; i++) await after(500)
  assert.equal(state.asked, 3)
  await after(120_000)
  for (let i = 0; i < 10; i++) await after(10_000)
  assert.equal(state.asked, 5)
})
