import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutKubelets } from './kubelet-cover.ts'

test('agent: beside a scraped kubelet only containers with a name of Docker are told of', () => {
  const family = (name: string, ...labels: string[][]) => ({
    name,
    help: '',
    type: 'gauge' as const,
    metrics: labels.map((one) => ({ labels: one, value: 1 })),
  })
  const families = [
    family('container_x', ['id', '/', 'name', ''], ['id', '/kubepods/pod1'], ['id', '/docker/a', 'name', 'web']),
    family('machine_cpu_cores', []),
  ]
  assert.deepEqual(withoutKubelets(families), [family('container_x', ['id', '/docker/a', 'name', 'web'])])
})
