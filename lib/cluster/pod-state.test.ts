import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClusterModel } from './model.ts'
import { podRow, rowContext } from './pod-rows.ts'
import { ago, condition, end, ended, type Json, nowMs, pod, podEvent, running, tell, waiting } from './testdata/told.ts'
import type { ObjectState } from './views.ts'

interface Case {
  readonly name: string
  readonly pod: Json
  readonly events?: readonly Json[]
  readonly node?: Json
  readonly expected: ObjectState
}

const ms = (seconds: number) => nowMs - seconds * 1000
const state = (
  level: ObjectState['level'],
  word: ObjectState['word'],
  facts: ObjectState['facts'] = {},
): ObjectState => ({
  level,
  word,
  facts,
})
const notReady = [condition('PodScheduled'), condition('Initialized'), condition('Ready', 'False')]
const sandbox = [condition('PodReadyToStartContainers', 'True', { lastTransitionTime: ago(11) }), ...notReady]

const cases: readonly Case[] = [
  { name: 'running', pod: pod({}), expected: state('ok', 'running', { sinceMs: ms(580) }) },
  {
    name: 'running again a moment after it was killed',
    pod: pod({
      containers: [
        running({
          restartCount: 1,
          state: { running: { startedAt: ago(10) } },
          lastState: { terminated: end(137, 'OOMKilled') },
        }),
      ],
    }),
    expected: state('warning', 'running', {
      container: 'app',
      sinceMs: ms(10),
      restarts: 1,
      lastReason: 'OOMKilled',
      exitCode: 137,
      finishedMs: ms(20),
    }),
  },
  {
    name: 'no node yet, nothing said',
    pod: pod({ spec: { nodeName: undefined }, status: { phase: 'Pending' }, conditions: [], containers: [] }),
    expected: state('idle', 'pending', { sinceMs: ms(600) }),
  },
  {
    name: 'no node fits',
    pod: pod({
      spec: { nodeName: undefined },
      status: { phase: 'Pending' },
      conditions: [
        condition('PodScheduled', 'False', {
          reason: 'Unschedulable',
          message: '0/1 nodes are available: 1 Insufficient cpu.',
        }),
      ],
    }),
    expected: state('critical', 'unschedulable', {
      reason: 'Unschedulable',
      message: '0/1 nodes are available: 1 Insufficient cpu.',
      sinceMs: ms(590),
    }),
  },
  {
    name: 'held back by a scheduling gate',
    pod: pod({
      spec: { nodeName: undefined },
      status: { phase: 'Pending' },
      conditions: [condition('PodScheduled', 'False', { reason: 'SchedulingGated' })],
    }),
    expected: state('idle', 'pending', { reason: 'SchedulingGated', sinceMs: ms(590) }),
  },
  {
    name: 'pulling its image: the sandbox stands since 11 seconds',
    pod: pod({ status: { phase: 'Pending' }, conditions: sandbox, containers: [waiting('ContainerCreating')] }),
    expected: state('idle', 'pulling-image', { container: 'app', image: 'app:1', sinceMs: ms(11) }),
  },
  {
    name: 'being set up, where nothing tells of the sandbox',
    pod: pod({ status: { phase: 'Pending' }, conditions: notReady, containers: [waiting('ContainerCreating')] }),
    expected: state('idle', 'creating', { container: 'app', sinceMs: ms(590) }),
  },
  {
    name: 'a volume that cannot be mounted for want of a secret',
    pod: pod({ status: { phase: 'Pending' }, conditions: notReady, containers: [waiting('ContainerCreating')] }),
    events: [podEvent('FailedMount', 'MountVolume.SetUp failed for volume "tls" : secret "shop-tls" not found')],
    expected: state('critical', 'config-missing', {
      container: 'app',
      missing: 'secret/shop-tls',
      reason: 'FailedMount',
      message: 'MountVolume.SetUp failed for volume "tls" : secret "shop-tls" not found',
      sinceMs: ms(590),
    }),
  },
  {
    name: 'a volume that cannot be attached',
    pod: pod({ status: { phase: 'Pending' }, conditions: notReady, containers: [waiting('ContainerCreating')] }),
    events: [podEvent('FailedAttachVolume', 'Multi-Attach error for volume "pvc-1"')],
    expected: state('warning', 'creating', {
      container: 'app',
      reason: 'FailedAttachVolume',
      message: 'Multi-Attach error for volume "pvc-1"',
      sinceMs: ms(590),
    }),
  },
  {
    name: 'an image that is not there',
    pod: pod({ conditions: sandbox, containers: [waiting('ImagePullBackOff', 'Back-off pulling image "app:1"')] }),
    expected: state('critical', 'image-missing', {
      container: 'app',
      image: 'app:1',
      reason: 'ImagePullBackOff',
      message: 'Back-off pulling image "app:1"',
    }),
  },
  {
    name: 'a config map that is not there',
    pod: pod({
      conditions: sandbox,
      containers: [waiting('CreateContainerConfigError', 'configmap "flags" not found')],
    }),
    expected: state('critical', 'config-missing', {
      container: 'app',
      missing: 'configmap/flags',
      reason: 'CreateContainerConfigError',
      message: 'configmap "flags" not found',
    }),
  },
  {
    name: 'a key that is not in its secret',
    pod: pod({
      conditions: sandbox,
      containers: [waiting('CreateContainerConfigError', "couldn't find key token in Secret shop/payments")],
    }),
    expected: state('critical', 'config-missing', {
      container: 'app',
      missing: 'secret/payments: token',
      reason: 'CreateContainerConfigError',
      message: "couldn't find key token in Secret shop/payments",
    }),
  },
  {
    name: 'crash loop, with the kubelet’s own back-off',
    pod: pod({
      conditions: notReady,
      containers: [
        waiting('CrashLoopBackOff', 'back-off 1m20s restarting failed container=app pod=web_shop(pod-1)', {
          restartCount: 4,
          lastState: { terminated: end(1, 'Error') },
        }),
      ],
    }),
    expected: state('critical', 'crash-loop', {
      container: 'app',
      restarts: 4,
      exitCode: 1,
      reason: 'Error',
      finishedMs: ms(20),
      untilMs: ms(20) + 80_000,
    }),
  },
  {
    name: 'OOM-killed again and again, back-off estimated',
    pod: pod({
      conditions: notReady,
      containers: [
        waiting('CrashLoopBackOff', '', {
          restartCount: 9,
          lastState: { terminated: end(137, 'OOMKilled') },
          spec: { resources: { limits: { memory: '512Mi' } } },
        }),
      ],
    }),
    expected: state('critical', 'oom-killed', {
      container: 'app',
      restarts: 9,
      exitCode: 137,
      limitBytes: 512 * 2 ** 20,
      finishedMs: ms(20),
      untilMs: ms(20) + 300_000,
    }),
  },
  {
    name: 'ended just now, about to be started again',
    pod: pod({ conditions: notReady, containers: [ended(2, 'Error')] }),
    expected: state('critical', 'error', {
      container: 'app',
      exitCode: 2,
      restarts: 0,
      finishedMs: ms(20),
      reason: 'Error',
    }),
  },
  {
    name: 'ended once more, before the kubelet says that it waits',
    pod: pod({
      conditions: notReady,
      containers: [ended(3, 'Error', { restartCount: 2, lastState: { terminated: end(4, 'Error') } })],
    }),
    expected: state('critical', 'crash-loop', {
      container: 'app',
      restarts: 2,
      exitCode: 3,
      reason: 'Error',
      finishedMs: ms(20),
      untilMs: ms(0),
    }),
  },
  {
    name: 'cannot be started',
    pod: pod({ conditions: notReady, containers: [waiting('RunContainerError', 'exec: "nope": not found')] }),
    expected: state('critical', 'error', {
      container: 'app',
      reason: 'RunContainerError',
      message: 'exec: "nope": not found',
    }),
  },
  {
    name: 'not ready, its readiness probe fails',
    pod: pod({ conditions: notReady, containers: [running({ ready: false })] }),
    events: [podEvent('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503')],
    expected: state('warning', 'probe-failing', {
      container: 'app',
      probe: 'readiness',
      message: 'HTTP probe failed with statuscode: 503',
      sinceMs: ms(60),
    }),
  },
  {
    name: 'not ready; an event of another container or of before its start says nothing',
    pod: pod({ conditions: notReady, containers: [running({ ready: false })] }),
    events: [
      podEvent('Unhealthy', 'Readiness probe failed: x', {
        involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web', fieldPath: 'spec.containers{other}' },
      }),
      podEvent('Unhealthy', 'Readiness probe failed: x', {
        metadata: { namespace: 'shop', name: 'old', uid: 'old' },
        lastTimestamp: ago(700),
      }),
    ],
    expected: state('warning', 'not-ready', { container: 'app', sinceMs: ms(580) }),
  },
  {
    name: 'ready by now, after probes that failed while it started',
    pod: pod({}),
    events: ['Startup', 'Readiness'].map((probe) => podEvent('Unhealthy', `${probe} probe failed: connection refused`)),
    expected: state('ok', 'running', { sinceMs: ms(580) }),
  },
  {
    name: 'ready, and its liveness probe failed a moment ago',
    pod: pod({}),
    events: [podEvent('Unhealthy', 'Liveness probe failed: timeout')],
    expected: state('warning', 'probe-failing', {
      container: 'app',
      probe: 'liveness',
      message: 'timeout',
      sinceMs: ms(60),
    }),
  },
  {
    name: 'starting: its startup probe has not answered',
    pod: pod({ conditions: notReady, containers: [running({ ready: false, started: false })] }),
    expected: state('idle', 'starting', { container: 'app', sinceMs: ms(580) }),
  },
  {
    name: 'starting: it runs for 5 seconds',
    pod: pod({
      conditions: notReady,
      containers: [running({ ready: false, state: { running: { startedAt: ago(5) } } })],
    }),
    expected: state('idle', 'starting', { container: 'app', sinceMs: ms(5) }),
  },
  {
    name: 'the worst container speaks for the pod',
    pod: pod({
      conditions: notReady,
      containers: [
        running(),
        ended(0, 'Completed', { name: 'done' }),
        waiting('ErrImagePull', 'no', { name: 'proxy' }),
      ],
    }),
    expected: state('critical', 'image-missing', {
      container: 'proxy',
      image: 'proxy:1',
      reason: 'ErrImagePull',
      message: 'no',
    }),
  },
  {
    name: 'all ready, held back by a readiness gate',
    pod: pod({
      conditions: [
        condition('PodScheduled'),
        condition('ContainersReady'),
        condition('Ready', 'False', { reason: 'ReadinessGatesNotReady', message: 'gate "lb" is not true' }),
      ],
    }),
    expected: state('warning', 'not-ready', {
      reason: 'ReadinessGatesNotReady',
      message: 'gate "lb" is not true',
      sinceMs: ms(590),
    }),
  },
  {
    name: 'init: the second of three runs',
    pod: pod({
      status: { phase: 'Pending' },
      conditions: [condition('PodScheduled'), condition('Initialized', 'False'), condition('Ready', 'False')],
      containers: [waiting('PodInitializing')],
      inits: [
        ended(0, 'Completed', { name: 'a' }),
        running({ name: 'b', ready: false, state: { running: { startedAt: ago(19) } } }),
        waiting('PodInitializing', '', { name: 'c' }),
      ],
    }),
    expected: state('idle', 'init', { container: 'b', done: 1, total: 3, sinceMs: ms(19) }),
  },
  {
    name: 'init: runs far too long',
    pod: pod({
      status: { phase: 'Pending' },
      conditions: [condition('PodScheduled'), condition('Initialized', 'False'), condition('Ready', 'False')],
      containers: [waiting('PodInitializing')],
      inits: [running({ name: 'wait-for-db', ready: false })],
    }),
    expected: state('warning', 'init', { container: 'wait-for-db', done: 0, total: 1, sinceMs: ms(580) }),
  },
  {
    name: 'init: pulling the image of the second',
    pod: pod({
      status: { phase: 'Pending' },
      conditions: [...sandbox.slice(0, 2), condition('Initialized', 'False'), condition('Ready', 'False')],
      containers: [waiting('PodInitializing')],
      inits: [
        ended(0, 'Completed', { name: 'a', state: { terminated: { ...end(0, 'Completed'), finishedAt: ago(4) } } }),
        waiting('PodInitializing', '', { name: 'b' }),
      ],
    }),
    expected: state('idle', 'pulling-image', { container: 'b', image: 'b:1', sinceMs: ms(4), done: 1, total: 2 }),
  },
  {
    name: 'init: fails again and again',
    pod: pod({
      status: { phase: 'Pending' },
      conditions: [condition('PodScheduled'), condition('Initialized', 'False')],
      containers: [waiting('PodInitializing')],
      inits: [
        waiting('CrashLoopBackOff', 'back-off 10s restarting failed container=a', {
          name: 'a',
          restartCount: 1,
          lastState: { terminated: end(3, 'Error') },
        }),
      ],
    }),
    expected: state('critical', 'init-failing', {
      container: 'a',
      restarts: 1,
      exitCode: 3,
      reason: 'Error',
      finishedMs: ms(20),
      untilMs: ms(10),
      done: 0,
      total: 1,
    }),
  },
  {
    name: 'a sidecar that runs is done with starting',
    pod: pod({
      inits: [running({ name: 'mesh', spec: { restartPolicy: 'Always' } })],
    }),
    expected: state('ok', 'running', { sinceMs: ms(580) }),
  },
  {
    name: 'completed',
    pod: pod({ status: { phase: 'Succeeded' }, containers: [ended(0, 'Completed')] }),
    expected: state('idle', 'completed', { finishedMs: ms(20) }),
  },
  {
    name: 'failed',
    pod: pod({ status: { phase: 'Failed' }, containers: [ended(0, 'Completed'), ended(7, 'Error', { name: 'b' })] }),
    expected: state('critical', 'failed', { container: 'b', reason: 'Error', exitCode: 7, finishedMs: ms(20) }),
  },
  {
    name: 'failed, one try of a job',
    pod: pod({
      metadata: { ownerReferences: [{ kind: 'Job', name: 'nightly', uid: 'j', controller: true }] },
      status: { phase: 'Failed' },
      containers: [ended(137, 'OOMKilled')],
    }),
    expected: state('warning', 'oom-killed', {
      container: 'app',
      reason: 'OOMKilled',
      exitCode: 137,
      finishedMs: ms(20),
    }),
  },
  {
    name: 'evicted',
    pod: pod({
      status: { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
      containers: [],
    }),
    expected: state('warning', 'evicted', { node: 'node-a', message: 'The node was low on resource: memory.' }),
  },
  {
    name: 'terminating within its grace period',
    pod: pod({ metadata: { deletionTimestamp: ago(-20), deletionGracePeriodSeconds: 30 } }),
    expected: state('idle', 'terminating', { sinceMs: ms(10), untilMs: ms(-20) }),
  },
  {
    name: 'stuck terminating, held by a finalizer',
    pod: pod({
      metadata: { deletionTimestamp: ago(200), deletionGracePeriodSeconds: 30, finalizers: ['example.com/hold'] },
    }),
    expected: state('warning', 'stuck-terminating', { sinceMs: ms(230), finalizers: 'example.com/hold' }),
  },
  {
    name: 'its node is silent',
    pod: pod({}),
    node: { metadata: { name: 'node-a' }, status: { conditions: [condition('Ready', 'Unknown')] } },
    expected: state('critical', 'node-lost', { node: 'node-a', sinceMs: ms(590) }),
  },
  {
    name: 'nothing is known of its containers',
    pod: pod({ status: { containerStatuses: undefined, phase: 'Pending' }, conditions: [condition('PodScheduled')] }),
    expected: state('idle', 'creating', { container: 'app', sinceMs: ms(590) }),
  },
]

test('pod state: each state is a word with its facts', () => {
  for (const { name, pod: object, events = [], node, expected } of cases) {
    const model = new ClusterModel()
    tell(model, 'pods', object)
    for (const event of events) tell(model, 'events', event)
    if (node) tell(model, 'nodes', node)
    const [[key, record]] = model.records.pods
    assert.deepEqual(podRow(rowContext(model), key, record).make(nowMs).row.state, expected, name)
  }
})

test('pod state: what changes with time alone says when', () => {
  const untilOf = (object: Json, events: readonly Json[] = []) => {
    const model = new ClusterModel()
    tell(model, 'pods', object)
    for (const event of events) tell(model, 'events', event)
    const [[key, record]] = model.records.pods
    const { make } = podRow(rowContext(model), key, record)
    const { untilMs, row } = make(nowMs)
    if (untilMs < Number.POSITIVE_INFINITY) assert.notDeepEqual(make(untilMs).row.state, row.state)
    return untilMs
  }
  assert.equal(untilOf(pod({})), Number.POSITIVE_INFINITY)
  assert.equal(untilOf(pod({}), [podEvent('Unhealthy', 'Liveness probe failed: x')]), ms(5) + 60_000)
  assert.equal(untilOf(pod({ metadata: { deletionTimestamp: ago(-20), deletionGracePeriodSeconds: 30 } })), ms(-80))
  const young = running({ ready: false, state: { running: { startedAt: ago(5) } } })
  assert.equal(untilOf(pod({ conditions: notReady, containers: [young] })), ms(-25))
})
