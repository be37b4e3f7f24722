import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  containerCgroup,
  looseUint64,
  parseContainerPath,
  parseMountinfo,
  scaleDown,
  sharesOfWeight,
  statsV2,
} from './index.ts'

const id = '40af7cdcbe507acad47a5a62025743ad3ddc6ab93b77b21363aa1c1d641047c9'

test('cgroup: a path names container, runtime and pod', () => {
  const pod = 'kubepods-burstable-pod1b1d9b1e_6f3a_4c55_9a3e_0d2a4f6b7c8d.slice'
  const uid = '1b1d9b1e-6f3a-4c55-9a3e-0d2a4f6b7c8d'
  const cases: [string, unknown][] = [
    [`/docker/${id}`, { containerId: id, runtime: 'docker' }],
    [`/system.slice/docker-${id}.scope`, { containerId: id, runtime: 'docker' }],
    [`/machine.slice/libpod-${id}.scope`, { containerId: id, runtime: 'podman' }],
    [`/machine.slice/libpod-conmon-${id}.scope`, {}],
    [
      `/kubepods.slice/kubepods-burstable.slice/${pod}/cri-containerd-${id}.scope`,
      { podUid: uid, qos: 'Burstable', containerId: id, runtime: 'containerd' },
    ],
    ['/system.slice/containerd.service', {}],
  ]
  for (const [path, want] of cases) assert.deepEqual(parseContainerPath(path), want, path)
})

test('cgroup: what a runtime nests inside a container belongs to the container', () => {
  assert.equal(containerCgroup(`/a/crio-${id}.scope/container`), `/a/crio-${id}.scope`)
})

test('cgroup: hybrid mounts are found by controller', () => {
  const text = [
    '33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:1 - cgroup cgroup rw,cpu,cpuacct',
    String.raw`41 31 0:38 / /sys/fs/cgroup/uni\040fied rw - cgroup2 cgroup2 rw`,
  ].join('\n')
  const found = parseMountinfo(text)
  assert.equal(found.controllers.get('cpuacct'), '/sys/fs/cgroup/cpu,cpuacct')
  assert.equal(found.unified, '/sys/fs/cgroup/uni fied')
})

test('cgroup: a counter beyond 2^53 becomes the nearest float', () => {
  assert.equal(scaleDown(9_007_199_254_740_993_000n, 9), 9007199254.740993)
  assert.equal(scaleDown(1_087_461_737n, 9), 1.087461737)
})

test('cgroup: weights become shares, and nonsense counts as 0', () => {
  assert.equal(sharesOfWeight(79n), 2046n)
  assert.equal(sharesOfWeight(0n), undefined)
  assert.equal(looseUint64('not-a-number'), 0n)
})

test('cgroup: nonsense in a file of numbers is an error with its name', () => {
  assert.throws(() => statsV2((_, file) => (file === 'cpu.stat' ? 'usage_usec fortytwo' : undefined)), /cpu\.stat/)
})
