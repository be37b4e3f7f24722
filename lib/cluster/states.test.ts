import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namespaceState } from './namespace-state.ts'
import { nodeState } from './node-state.ts'
import type { NamespaceRecord, NodeRecord, WorkloadRecord } from './records.ts'
import { ago, condition, type Json, nowMs, recordOf } from './testdata/told.ts'
import type { ObjectState } from './views.ts'
import { workloadState } from './workload-state.ts'

type Expected = readonly [level: ObjectState['level'], word: ObjectState['word'], facts?: Json]

const ms = (seconds: number) => nowMs - seconds * 1000
const since = { sinceMs: ms(590) }
const check = (state: ObjectState, [level, word, facts = {}]: Expected, name: string) =>
  assert.deepEqual(state, { level, word, facts }, name)

const nodes: readonly (readonly [name: string, object: Json, expected: Expected])[] = [
  ['ready', { status: { conditions: [condition('Ready')] } }, ['ok', 'ready', since]],
  [
    'nothing said yet',
    { metadata: { name: 'n', creationTimestamp: ago(5) } },
    ['warning', 'unknown', { sinceMs: ms(5) }],
  ],
  [
    'silent',
    {
      status: {
        conditions: [
          condition('Ready', 'Unknown', {
            reason: 'NodeStatusUnknown',
            message: 'Kubelet stopped posting node status.',
          }),
        ],
      },
    },
    [
      'critical',
      'node-lost',
      { node: 'n', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', ...since },
    ],
  ],
  [
    'not ready',
    {
      status: {
        conditions: [condition('Ready', 'False', { reason: 'KubeletNotReady', message: 'cni plugin not initialized' })],
      },
    },
    ['critical', 'not-ready', { reason: 'KubeletNotReady', message: 'cni plugin not initialized', ...since }],
  ],
  [
    'under pressure',
    {
      status: {
        conditions: [
          condition('MemoryPressure', 'True', { lastTransitionTime: ago(30) }),
          condition('DiskPressure', 'True', { message: 'm' }),
          condition('PIDPressure', 'False'),
          condition('Ready'),
        ],
      },
    },
    ['warning', 'pressure', { kinds: 'memory, disk', ...since }],
  ],
  [
    'broken as a problem detector says',
    {
      status: {
        conditions: [condition('Ready'), condition('KernelDeadlock', 'True', { reason: 'DockerHung', message: 'm' })],
      },
    },
    ['warning', 'degraded', { condition: 'KernelDeadlock', reason: 'DockerHung', message: 'm', ...since }],
  ],
  [
    'one of its parts is not ready',
    {
      status: {
        conditions: [
          condition('NetworkingReady', 'False', { reason: 'x' }),
          condition('StorageReady'),
          condition('Ready'),
        ],
      },
    },
    ['warning', 'degraded', { condition: 'NetworkingReady', reason: 'x', ...since }],
  ],
  [
    'cordoned',
    { spec: { unschedulable: true }, status: { conditions: [condition('Ready')] } },
    ['warning', 'cordoned'],
  ],
  ['going', { metadata: { name: 'n', deletionTimestamp: ago(9) } }, ['idle', 'terminating', { sinceMs: ms(9) }]],
]

test('node state: each state is a word with its facts', () => {
  for (const [name, object, expected] of nodes)
    check(nodeState(recordOf('nodes', 'nodes', { metadata: { name: 'n' }, ...object }) as NodeRecord), expected, name)
})

const going = { name: 'old', deletionTimestamp: ago(100) }
const namespaces: readonly (readonly [name: string, object: Json, expected: Expected])[] = [
  ['active', { metadata: { name: 'a' }, status: { phase: 'Active' } }, ['ok', 'active']],
  [
    'just deleted',
    { metadata: { ...going, deletionTimestamp: ago(10) }, status: { phase: 'Terminating' } },
    ['idle', 'terminating', { sinceMs: ms(10) }],
  ],
  [
    'held by a finalizer',
    {
      metadata: going,
      spec: { finalizers: ['kubernetes'] },
      status: {
        phase: 'Terminating',
        conditions: [
          condition('NamespaceDeletionDiscoveryFailure', 'False'),
          condition('NamespaceContentRemaining', 'True', { reason: 'SomeResourcesRemain' }),
          condition('NamespaceFinalizersRemaining', 'True', {
            reason: 'SomeFinalizersRemain',
            message: 'x in 1 resource instances',
          }),
        ],
      },
    },
    [
      'warning',
      'stuck-terminating',
      {
        sinceMs: ms(100),
        reason: 'SomeFinalizersRemain',
        message: 'x in 1 resource instances',
        finalizers: 'kubernetes',
      },
    ],
  ],
]

test('namespace state: each state is a word with its facts', () => {
  for (const [name, object, expected] of namespaces) {
    const record = recordOf('namespaces', 'namespaces', object) as NamespaceRecord
    check(namespaceState(record, nowMs).state, expected, name)
  }
})

const counts = (replicas: number, updated: number, available: number): Json => ({
  replicas,
  updatedReplicas: updated,
  readyReplicas: available,
  availableReplicas: available,
})
const stuck = condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded', message: 'timed out' })
const refused = condition('ReplicaFailure', 'True', { reason: 'FailedCreate', message: 'exceeded quota' })

const workloads: readonly (readonly [name: string, resource: string, object: Json, expected: Expected])[] = [
  [
    'all there',
    'deployments.apps',
    { spec: { replicas: 3 }, status: counts(3, 3, 3) },
    ['ok', 'available', { available: 3, desired: 3 }],
  ],
  [
    'rolling out',
    'deployments.apps',
    { spec: { replicas: 3 }, status: counts(4, 1, 3) },
    ['idle', 'rolling-out', { updated: 1, desired: 3, available: 3 }],
  ],
  [
    'old pods are left',
    'deployments.apps',
    { spec: { replicas: 3 }, status: counts(4, 3, 3) },
    ['idle', 'rolling-out', { updated: 3, desired: 3, available: 3 }],
  ],
  [
    'changed and not looked at yet',
    'deployments.apps',
    { generation: 3, spec: { replicas: 1 }, status: { observedGeneration: 2, ...counts(1, 1, 1) } },
    ['idle', 'rolling-out', { updated: 1, desired: 1, available: 1 }],
  ],
  [
    'too slow',
    'deployments.apps',
    { spec: { replicas: 3 }, status: { ...counts(4, 1, 3), conditions: [stuck] } },
    [
      'critical',
      'rollout-stuck',
      { reason: 'ProgressDeadlineExceeded', message: 'timed out', ...since, updated: 1, desired: 3, available: 3 },
    ],
  ],
  [
    'may not make pods',
    'replicasets.apps',
    { spec: { replicas: 3 }, status: { replicas: 1, availableReplicas: 1, conditions: [refused] } },
    ['critical', 'degraded', { reason: 'FailedCreate', message: 'exceeded quota', ...since, available: 1, desired: 3 }],
  ],
  [
    'some are missing',
    'deployments.apps',
    { spec: { replicas: 3 }, status: counts(3, 3, 1) },
    ['warning', 'degraded', { available: 1, desired: 3 }],
  ],
  [
    'none is there',
    'deployments.apps',
    { spec: {}, status: counts(1, 1, 0) },
    ['critical', 'degraded', { available: 0, desired: 1 }],
  ],
  [
    'paused',
    'deployments.apps',
    { spec: { paused: true }, status: counts(1, 0, 1) },
    ['idle', 'paused', { available: 1, desired: 1 }],
  ],
  ['none wanted', 'statefulsets.apps', { spec: { replicas: 0 }, status: {} }, ['idle', 'scaled-to-zero']],
  [
    'a partition holds the rest back',
    'statefulsets.apps',
    { spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } }, status: counts(3, 1, 3) },
    ['ok', 'available', { available: 3, desired: 3 }],
  ],
  [
    'one by one',
    'statefulsets.apps',
    { spec: { replicas: 3 }, status: counts(3, 1, 2) },
    ['idle', 'rolling-out', { updated: 1, desired: 3, available: 2 }],
  ],
  [
    'a node without its pod',
    'daemonsets.apps',
    { status: { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 } },
    ['warning', 'degraded', { available: 2, desired: 3 }],
  ],
  ['going', 'deployments.apps', { deletionTimestamp: ago(9) }, ['idle', 'terminating', { sinceMs: ms(9) }]],
  [
    'runs',
    'jobs.batch',
    { spec: { completions: 2 }, status: { active: 1, succeeded: 1, startTime: ago(9) } },
    ['ok', 'active', { active: 1, succeeded: 1, desired: 2, failed: 0, backoffLimit: 6, sinceMs: ms(9) }],
  ],
  [
    'tries again',
    'jobs.batch',
    { status: { active: 1, failed: 2, startTime: ago(9) } },
    ['warning', 'active', { active: 1, succeeded: 0, desired: 1, failed: 2, backoffLimit: 6, sinceMs: ms(9) }],
  ],
  [
    'done',
    'jobs.batch',
    { status: { succeeded: 1, completionTime: ago(3), conditions: [condition('Complete')] } },
    ['ok', 'succeeded', { succeeded: 1, finishedMs: ms(3) }],
  ],
  [
    'failed',
    'jobs.batch',
    { status: { failed: 7, conditions: [condition('Failed', 'True', { reason: 'BackoffLimitExceeded' })] } },
    ['critical', 'failed', { reason: 'BackoffLimitExceeded', ...since, failed: 7 }],
  ],
  ['suspended', 'jobs.batch', { spec: { suspend: true }, status: {} }, ['idle', 'suspended']],
  [
    'waits',
    'jobs.batch',
    { creationTimestamp: ago(4), status: {} },
    ['idle', 'pending', { sinceMs: ms(4), failed: 0 }],
  ],
  ['never ran', 'cronjobs.batch', { spec: { schedule: '@daily' } }, ['ok', 'scheduled', { schedule: '@daily' }]],
  [
    'ran well',
    'cronjobs.batch',
    { spec: { schedule: 's' }, status: { lastScheduleTime: ago(9), lastSuccessfulTime: ago(5) } },
    ['ok', 'scheduled', { schedule: 's', lastScheduledMs: ms(9), lastSuccessMs: ms(5) }],
  ],
  [
    'its last run failed',
    'cronjobs.batch',
    { spec: { schedule: 's' }, status: { lastScheduleTime: ago(9), lastSuccessfulTime: ago(99) } },
    ['warning', 'failed', { schedule: 's', lastScheduledMs: ms(9), lastSuccessMs: ms(99) }],
  ],
  [
    'runs now',
    'cronjobs.batch',
    { spec: { schedule: 's' }, status: { lastScheduleTime: ago(9), active: [{}] } },
    ['ok', 'active', { schedule: 's', lastScheduledMs: ms(9), active: 1 }],
  ],
  [
    'switched off',
    'cronjobs.batch',
    { spec: { schedule: 's', suspend: true } },
    ['idle', 'suspended', { schedule: 's' }],
  ],
]

test('workload state: each state is a word with its facts', () => {
  for (const [name, resource, { spec = {}, status = {}, ...metadata }, expected] of workloads) {
    const object = { metadata: { namespace: 'shop', name: 'w', ...metadata }, spec, status }
    check(workloadState(recordOf(resource, 'workloads', object) as WorkloadRecord), expected, `${resource}: ${name}`)
  }
})
