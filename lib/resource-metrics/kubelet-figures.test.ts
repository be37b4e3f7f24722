import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FigureStore } from './figure-store.ts'
import { KubeletBodyError } from './points.ts'

const RESOLUTION_MS = 15_000

/** A body that tells of these pods at a time; `cpu` 0: their counters have not begun. */
function bodyOf(pods: readonly string[], timeMs: number, cpu = timeMs / 1000): Buffer {
  const lines = pods.flatMap((pod) => {
    const labels = `{container="c",namespace="n",pod="${pod}"}`
    return [
      `container_cpu_usage_seconds_total${labels} ${cpu} ${timeMs}`,
      `container_memory_working_set_bytes${labels} 1024 ${timeMs}`,
    ]
  })
  return Buffer.from(`${lines.join('\n')}\n`)
}

test('kubelet figures: short-lived pods, even those without counters, never fill a kubelet up', () => {
  const kubelet = new FigureStore(RESOLUTION_MS).kubelet('n1')
  for (let body = 1; body <= 200; body++) {
    const pods = Array.from({ length: 100 }, (_, i) => `job-${body}-${i}`)
    kubelet.take(bodyOf(pods, body * 15_000, 0), 0)
  }
})

test('kubelet figures: names of a body that is refused are not kept, and the next good one is read', () => {
  const store = new FigureStore(RESOLUTION_MS)
  const kubelet = store.kubelet('n1')
  const many = Array.from({ length: 10_001 }, (_, i) => `flood-${i}`)
  for (let body = 1; body <= 3; body++) {
    kubelet.take(bodyOf(['web'], body * 15_000), 0)
    assert.equal(store.pod('n', 'web'), undefined)
    assert.throws(() => kubelet.take(bodyOf(many, body * 15_000), 0), KubeletBodyError)
    assert.equal(store.told('n', 'flood-1'), undefined)
    assert.equal(store.told('n', 'web')?.node, 'n1')
  }
  for (const time of [60_000, 75_000]) kubelet.take(bodyOf(['web'], time), 0)
  assert.equal(store.pod('n', 'web')?.containers[0].usage.cpu, '1')
})

test('kubelet figures: a pod keeps its figures while others come and go', () => {
  const store = new FigureStore(RESOLUTION_MS)
  const kubelet = store.kubelet('n1')
  for (let body = 1; body <= 50; body++) {
    const others = Array.from({ length: 30 }, (_, i) => `job-${body}-${i}`)
    kubelet.take(bodyOf([...others.slice(15), 'web', ...others.slice(0, 15)], body * 15_000), 0)
    assert.equal(store.told('n', `job-${body - 1}-1`), undefined)
    if (body > 1) assert.equal(store.pod('n', 'web')?.containers[0].usage.cpu, '1')
  }
})

test("kubelet figures: a pod that another node tells of is that node's", () => {
  const store = new FigureStore(RESOLUTION_MS)
  store.kubelet('n1').take(bodyOf(['web'], 15_000), 0)
  store.kubelet('n2').take(bodyOf(['web'], 30_000), 0)
  assert.equal(store.told('n', 'web')?.node, 'n2')
  store.kubelet('n1').take(bodyOf([], 30_000), 0)
  store.drop('n1')
  assert.equal(store.told('n', 'web')?.node, 'n2')
  store.drop('n2')
  assert.equal(store.told('n', 'web'), undefined)
})
