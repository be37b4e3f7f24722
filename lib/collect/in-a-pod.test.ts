import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { podLabels } from './container-info.ts'
import { LogNames } from './log-names.ts'
import { netFolder } from './net-folder.ts'
import { NodeCollectors } from './node-collectors.ts'

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'pod-'))
  t.after(() => rmSync(made, { recursive: true }))
  return made
}

test('in a pod: containers are named as the kubelet names their logs', (t) => {
  const logs = folder(t)
  mkdirSync(join(logs, 'containers'))
  const id = 'a'.repeat(64)
  symlinkSync('/nowhere', join(logs, 'containers', `web-0_shop_side-car-${id}.log`))
  writeFileSync(join(logs, 'containers', 'notes.txt'), '')
  const names = new LogNames(logs, () => 0)
  const labels = { [podLabels.pod]: 'web-0', [podLabels.namespace]: 'shop', [podLabels.container]: 'side-car' }
  assert.deepEqual(names.get(id), { name: 'side-car', labels })
  assert.equal(names.get('b'.repeat(64)), undefined)
  assert.equal(names.problem(), undefined)
  assert.match(new LogNames(join(logs, 'none'), () => 0).problem() ?? '', /none\/containers: ENOENT/)
})

test('in a pod: the network is that of the machine, and its name is given', async (t) => {
  const procfs = folder(t)
  for (const process of ['1', 'self']) mkdirSync(join(procfs, process, 'net'), { recursive: true })
  symlinkSync('self/net', join(procfs, 'net'))
  const devices = (name: string) => `Inter-|\n face |\n  ${name}: 1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\n`
  writeFileSync(join(procfs, '1/net/dev'), devices('eth0'))
  writeFileSync(join(procfs, 'self/net/dev'), devices('pod0'))
  assert.deepEqual([netFolder(procfs), netFolder('/proc')], [join(procfs, '1/net'), '/proc/net'])
  const flags = { 'path.procfs': procfs, 'node.name': 'node-7', 'collector.disable-defaults': 'true' }
  const collectors = new NodeCollectors({ flags, enabled: ['netdev', 'uname'] })
  t.after(() => collectors.close())
  const families = await collectors.collect()
  const labels = (name: string) => families.find((family) => family.name === name)?.metrics.map((one) => one.labels)
  assert.deepEqual(labels('node_network_receive_bytes_total'), [['device', 'eth0']])
  assert.ok(labels('node_uname_info')?.[0].includes('node-7'))
})
