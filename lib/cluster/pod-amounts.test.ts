import assert from 'node:assert/strict'
import { test } from 'node:test'
import { podLimits, podRequests } from './pod-amounts.ts'
import type { Amounts } from './records.ts'
import type { Json } from './testdata/told.ts'

const G = 2 ** 30
const of = (cpu?: string, memory?: string, more: Json = {}): Json => ({
  name: `${cpu}-${memory}`,
  resources: {
    requests: { ...(cpu && { cpu }), ...(memory && { memory }) },
    limits: { ...(cpu && { cpu }), ...(memory && { memory }) },
  },
  ...more,
})
const sidecar = (cpu: string, memory?: string) => of(cpu, memory, { restartPolicy: 'Always' })

const cases: readonly { name: string; spec: Json; status?: Json; requests: Amounts; limits?: Amounts }[] = [
  { name: 'nothing', spec: { containers: [{ name: 'a' }] }, requests: {}, limits: {} },
  {
    name: 'all containers together',
    spec: { containers: [of('100m', '1Gi'), of('200m', '2Gi')] },
    requests: { cpu: 0.3, memory: 3 * G },
    limits: { cpu: 0.3, memory: 3 * G },
  },
  {
    name: 'limits only where each container has one',
    spec: { containers: [of('100m', '1Gi'), of('200m')] },
    requests: { cpu: 0.3, memory: G },
    limits: { cpu: 0.3 },
  },
  {
    name: 'an init container that needs more than all others',
    spec: { containers: [of('100m', '1Gi')], initContainers: [of('1', '512Mi'), of('500m')] },
    requests: { cpu: 1, memory: G },
    limits: { cpu: 1, memory: G },
  },
  {
    name: 'sidecars count beside the containers, and beside init containers that come after them',
    spec: {
      containers: [of('100m')],
      initContainers: [of('500m'), sidecar('200m'), of('1'), sidecar('50m')],
    },
    requests: { cpu: 1.2 },
    limits: { cpu: 1.2 },
  },
  {
    name: 'what is set for the pod as a whole stands above its containers',
    spec: { containers: [of('100m', '1Gi')], resources: { requests: { cpu: '2' }, limits: { cpu: '3' } } },
    requests: { cpu: 2, memory: G },
    limits: { cpu: 3, memory: G },
  },
  {
    name: 'overhead comes on top of requests',
    spec: { containers: [of('100m')], overhead: { cpu: '50m', memory: '1Gi' } },
    requests: { cpu: 0.15, memory: G },
    limits: { cpu: 0.1 },
  },
  {
    name: 'while a resize is under way the larger counts',
    spec: { containers: [of('100m', '1Gi')] },
    status: { containerStatuses: [{ name: '100m-1Gi', resources: { requests: { cpu: '300m', memory: '512Mi' } } }] },
    requests: { cpu: 0.3, memory: G },
  },
  {
    name: 'a resize that the node can never grant does not count',
    spec: { containers: [of('9', '1Gi')] },
    status: {
      conditions: [{ type: 'PodResizePending', reason: 'Infeasible' }],
      containerStatuses: [{ name: '9-1Gi', allocatedResources: { cpu: '300m' } }],
    },
    requests: { cpu: 0.3, memory: G },
  },
]

test('pod amounts: requests are counted as the scheduler counts them, limits where they limit', () => {
  for (const { name, spec, status, requests, limits } of cases) {
    assert.deepEqual(podRequests({ spec, status }), requests, name)
    if (limits) assert.deepEqual(podLimits({ spec, status }), limits, name)
  }
})
