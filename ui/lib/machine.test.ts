import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuParts, fileSystems, memoryParts } from './machine.ts'

const at = (labels: Record<string, string>, value: number) => ({ labels, times: [0], values: [value] })
const memory = (name: string, value: number) => at({ __name__: `node_memory_${name}_bytes` }, value)

test('machine: the parts of memory add up to what is not free', () => {
  const parts = memoryParts([
    memory('MemTotal', 1000),
    memory('MemFree', 200),
    memory('Cached', 300),
    memory('Buffers', 20),
    memory('SReclaimable', 30),
    memory('Shmem', 50),
    memory('SUnreclaim', 40),
    memory('KernelStack', 5),
    memory('PageTables', 5),
  ])
  assert.deepEqual(
    [parts.inUse.values[0], parts.kernel.values[0], parts.cache.values[0], parts.totalBytes],
    [450, 50, 300, 1000],
  )
})

test('machine: CPU modes are grouped as a person knows them', () => {
  const parts = cpuParts(['user', 'nice', 'system', 'softirq', 'iowait', 'steal'].map((mode, i) => at({ mode }, i + 1)))
  assert.deepEqual(
    [parts.user, parts.system, parts.iowait, parts.steal].map(({ values }) => values[0]),
    [3, 7, 5, 6],
  )
})

const figure = (kind: string, mountpoint: string, device: string, value: number) => ({
  labels: { __name__: `node_filesystem_${kind}_bytes`, mountpoint, device },
  value,
})

test('machine: a file system is as full as df says, and lasts as long as the last hour lets it', () => {
  const figures = [
    figure('size', '/', '/dev/a', 1000),
    figure('avail', '/', '/dev/a', 300),
    figure('free', '/', '/dev/a', 400),
  ]
  const [root] = fileSystems(figures, [{ labels: { mountpoint: '/', device: '/dev/a' }, value: -0.01 }])
  assert.equal(root.usedShare, 600 / 900)
  assert.equal(root.fullInSeconds, 30_000)
  assert.equal(fileSystems(figures, [])[0].fullInSeconds, null)
})

test('machine: a device mounted in several places is one file system', () => {
  const figures = ['/', '/var/lib/x'].map((mountpoint) => figure('size', mountpoint, '/dev/a', 1000))
  assert.deepEqual(
    fileSystems(figures, []).map(({ mountpoint }) => mountpoint),
    ['/'],
  )
})
