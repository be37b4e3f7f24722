import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { FlagError } from './flags.ts'
import { NodeCollectors, type NodeCollectorsOptions } from './node-collectors.ts'

function open(t: TestContext, options: NodeCollectorsOptions): NodeCollectors {
  const node = new NodeCollectors(options)
  t.after(() => node.close())
  return node
}

function procWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'proc-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

async function success(node: NodeCollectors): Promise<Record<string, unknown>> {
  const family = (await node.collect()).find(({ name }) => name === 'node_scrape_collector_success')
  return Object.fromEntries(family?.metrics.map(({ labels, value }) => [labels[1], value]) ?? [])
}

test('node metrics: a collector that fails costs itself alone', async (t) => {
  const procfs = procWith(t, { loadavg: '0.21 0.37 0.39 1/719 19737\n' })
  const flags = { 'path.procfs': procfs, 'collector.disable-defaults': true, 'collector.loadavg': true }
  const node = open(t, { flags: { ...flags, 'collector.meminfo': true } })
  assert.deepEqual(await success(node), { loadavg: 1, meminfo: 0 })
})

test('node metrics: families and lines are in node_exporter’s order', async (t) => {
  const stat = 'cpu  1 2 3 4 5 6 7 8 9 10\ncpu1 1 2 3 4 5 6 7 8 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\n'
  const node = open(t, {
    flags: { 'path.procfs': procWith(t, { stat }), 'path.sysfs': '/none', 'collector.disable-defaults': true },
    enabled: ['cpu'],
  })
  const families = await node.collect()
  assert.deepEqual(
    families.map(({ name }) => name),
    families.map(({ name }) => name).toSorted(),
  )
  const seconds = families.find(({ name }) => name === 'node_cpu_seconds_total')
  assert.deepEqual(seconds?.metrics[0].labels, ['cpu', '0', 'mode', 'idle'])
  assert.equal(seconds?.metrics[0].value, 0.04)
})

test('node metrics: a filter chooses collectors, and one that is not on is refused', async (t) => {
  const node = open(t, {})
  const families = await node.collect({ collect: ['loadavg'] })
  assert.ok(families.some(({ name }) => name === 'node_load1'))
  assert.ok(!families.some(({ name }) => name.startsWith('node_memory')))
  await assert.rejects(node.collect({ collect: ['nothing'] }), FlagError)
})

test('node metrics: flags turn collectors off and unknown flags are refused', (t) => {
  assert.ok(!open(t, { flags: { 'no-collector.cpu': true } }).names.includes('cpu'))
  assert.ok(!open(t, { flags: { 'collector.cpu': false } }).names.includes('cpu'))
  assert.throws(() => new NodeCollectors({ flags: { 'collector.nothing': true } }), FlagError)
  assert.throws(() => new NodeCollectors({ flags: { 'path.procfs': true } }), FlagError)
})
