import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { cases } from './cluster-cases.ts'
import {
  ago,
  event,
  is,
  meta,
  node,
  nowMs,
  pending,
  pod,
  problems,
  said,
  unhealthy,
  web,
  workload,
} from './cluster-story.ts'

import type { Fields, Told } from './cluster-story.ts'

const creating = { state: { waiting: { reason: 'ContainerCreating' } } }
const running = (seconds: number, more: Fields = {}) => ({
  started: true,
  state: { running: { startedAt: ago(seconds) } },
  ...more,
})
const loops = {
  restartCount: 4,
  state: { waiting: { reason: 'CrashLoopBackOff' } },
  lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: ago(9) } },
}
const ready = [is('Ready', 'True', 100)]
const unbound = 'pod has unbound immediate PersistentVolumeClaims. not found'
const claim = (name: string, seconds: number, spec: Fields = {}): Told => [
  'persistentvolumeclaims',
  { metadata: meta(name, 'shop', seconds), spec, status: { phase: 'Pending' } },
]
const withClaim = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }
const storageClass = (more: Fields): Told => [
  'storageclasses.storage.k8s.io',
  { metadata: meta('gp3', '', 9999), provisioner: 'p', ...more },
]
const slice = (name: string, isReady: boolean): Told => [
  'endpointslices.discovery.k8s.io',
  {
    metadata: meta(name, 'shop', 9999, { labels: { 'kubernetes.io/service-name': name } }),
    endpoints: [{ conditions: { ready: isReady } }],
  },
]
const service = (spec: Fields, seconds = 900): Told => [
  'services',
  { metadata: meta('web', 'shop', seconds), spec: { type: 'ClusterIP', ...spec } },
]
const budget = (seconds: number): Told => [
  'poddisruptionbudgets.policy',
  {
    metadata: meta('web'),
    spec: { selector: { matchLabels: { app: 'web' } } },
    status: { disruptionsAllowed: 0, expectedPods: 2, conditions: [is('DisruptionAllowed', 'False', seconds)] },
  },
]
const scaler = (seconds: number, reason: string): Told => [
  'horizontalpodautoscalers.autoscaling',
  {
    metadata: meta('web'),
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
    status: {
      conditions: [is('ScalingActive', 'False', seconds, reason, 'no metrics returned from resource metrics API')],
    },
  },
]

const wellOrOnItsWay: readonly (readonly [string, readonly Told[]])[] = [
  ['a container that is being created', [pod({ phase: 'Pending', age: 9, status: creating })]],
  [
    'a container that starts',
    [pod({ age: 30, status: running(25) }), unhealthy('Readiness probe failed: connection refused')],
  ],
  [
    'a restart long ago',
    [
      pod({
        conditions: ready,
        status: running(9000, {
          ready: true,
          restartCount: 3,
          lastState: { terminated: { exitCode: 1, finishedAt: ago(9000) } },
        }),
      }),
    ],
  ],
  [
    'one restart just now',
    [
      pod({
        conditions: ready,
        status: running(30, {
          ready: true,
          restartCount: 1,
          lastState: { terminated: { exitCode: 1, finishedAt: ago(31) } },
        }),
      }),
    ],
  ],
  [
    'a pod that has just been made and has no node',
    [
      pending('0/1 nodes are available: 1 Insufficient cpu.', {
        conditions: [is('PodScheduled', 'False', 5, 'Unschedulable', '0/1')],
      }),
    ],
  ],
  [
    'a pod behind a scheduling gate',
    [
      pending('', {
        conditions: [
          is(
            'PodScheduled',
            'False',
            900,
            'SchedulingGated',
            'Scheduling is blocked due to non-empty scheduling gates',
          ),
        ],
      }),
    ],
  ],
  [
    'a pod that is ending',
    [pod({ status: loops, metadata: { deletionTimestamp: ago(-20), deletionGracePeriodSeconds: 30 } })],
  ],
  [
    'a pod that is done',
    [pod({ phase: 'Succeeded', status: { state: { terminated: { exitCode: 0, reason: 'Completed' } } } })],
  ],
  [
    'a probe that failed and no longer does',
    [pod({ conditions: ready, status: running(500, { ready: true }) }), unhealthy('Readiness probe failed: x')],
  ],
  [
    'an init container at work',
    [
      pod({
        phase: 'Pending',
        age: 60,
        statuses: [],
        status: { initContainerStatuses: [{ name: 'migrate', ...running(55) }] },
        spec: { initContainers: [{ name: 'migrate' }] },
      }),
    ],
  ],
  [
    'a sidecar that runs for days',
    [
      pod({
        conditions: ready,
        statuses: [{ name: 'api', ready: true, restartCount: 0, ...running(90_000) }],
        status: { initContainerStatuses: [{ name: 'proxy', ready: true, ...running(90_000) }] },
        spec: { initContainers: [{ name: 'proxy', restartPolicy: 'Always' }] },
      }),
    ],
  ],
  [
    'a rollout in progress',
    web({ replicas: 4, readyReplicas: 2, conditions: [is('Progressing', 'True', 30, 'ReplicaSetUpdated')] }),
  ],
  [
    'a failure to create that is over',
    [
      ...web({ replicas: 3, readyReplicas: 3 }),
      event('ReplicaSet', 'web-rs', 'FailedCreate', 'Error creating: exceeded quota'),
    ],
  ],
  [
    'a claim that waits for its first consumer',
    [storageClass({ volumeBindingMode: 'WaitForFirstConsumer' }), claim('data', 900, { storageClassName: 'gp3' })],
  ],
  ['a claim that has just been made', [claim('data', 20)]],
  [
    'a node that has just joined',
    [node('node-b', { age: 20, status: { conditions: [is('Ready', 'False', 19, 'KubeletNotReady', 'not yet')] } })],
  ],
  [
    'a namespace that is going',
    [
      [
        'namespaces',
        { metadata: meta('old', '', 900, { deletionTimestamp: ago(20) }), status: { phase: 'Terminating' } },
      ],
    ],
  ],
  [
    'pods in a namespace that is going',
    [['namespaces', { metadata: meta('shop', '', 900, { deletionTimestamp: ago(20) }) }], pod({ status: loops })],
  ],
  [
    'a budget that is exhausted for a moment',
    [
      node('node-a', { spec: { unschedulable: true } }),
      pod({ conditions: ready, status: running(500, { ready: true }) }),
      budget(20),
    ],
  ],
  [
    'a budget on a node that takes pods',
    [node('node-a'), pod({ conditions: ready, status: running(500, { ready: true }) }), budget(900)],
  ],
  ['an autoscaler of something new', [scaler(60, 'FailedGetResourceMetric')]],
  ['an autoscaler of something scaled to nothing', [scaler(900, 'ScalingDisabled')]],
  ['a Service without a selector', [slice('other', true), service({})]],
  [
    'a Service that is a name elsewhere',
    [slice('other', true), service({ type: 'ExternalName', selector: { app: 'web' } })],
  ],
  ['a Service with an endpoint', [slice('web', true), service({ selector: { app: 'web' } })]],
  [
    'a Service of a workload that is scaled to nothing',
    [
      slice('other', true),
      service({ selector: { app: 'web' } }),
      workload('deployments.apps', 'web', {}, { spec: { replicas: 0 } }),
    ],
  ],
  ['Services whose endpoints may not be seen', [service({ selector: { app: 'web' } })]],
  [
    'a job that is made good by the next',
    [
      [
        'cronjobs.batch',
        { metadata: meta('report'), spec: { schedule: '* * * * *' }, status: { lastSuccessfulTime: ago(30) } },
      ],
      [
        'jobs.batch',
        {
          metadata: meta('report-1', 'shop', 900, { ownerReferences: [{ kind: 'CronJob', name: 'report', uid: 'c' }] }),
          status: { conditions: [is('Failed', 'True', 300, 'BackoffLimitExceeded')] },
        },
      ],
    ],
  ],
  [
    'a StatefulSet whose pods are updated by hand',
    [
      [
        'statefulsets.apps',
        {
          metadata: meta('db', 'shop', 90_000),
          spec: { replicas: 3, selector: { matchLabels: { app: 'db' } }, updateStrategy: { type: 'OnDelete' } },
          status: { replicas: 3, readyReplicas: 3, updatedReplicas: 0 },
        },
      ],
    ],
  ],
]

test('cluster problems: what is well, over, meant so, or on its way is none', () => {
  for (const [name, told] of wellOrOnItsWay) assert.deepEqual(problems(told), [], name)
})

test('cluster problems: a lost node with 80 pods is one entry, with the workloads that hang on it', () => {
  const lost = node('node-b', { status: { conditions: [is('Ready', 'Unknown', 300, 'NodeStatusUnknown')] } })
  const pods = Array.from({ length: 80 }, (_, at) =>
    pod({ name: `web-${at}`, node: 'node-b', owner: 'ReplicaSet/web-rs', status: loops }),
  )
  const found = problems([
    lost,
    ...web({ replicas: 80, conditions: [is('Progressing', 'False', 9, 'ProgressDeadlineExceeded')] }),
    ...pods,
  ])
  assert.deepEqual(
    found.map(({ rule, object, facts }) => [rule, object.name, facts.pods, facts.workloads]),
    [['node-not-ready', 'node-b', 80, 'shop/web']],
  )
  assert.equal(found[0].pods?.length, 80)
})

test('cluster problems: pods of a workload with one cause are one entry, with two causes two', () => {
  const pods = [1, 2, 3, 4].map((at) =>
    pod({
      name: `web-${at}`,
      owner: 'ReplicaSet/web-rs',
      status: at < 4 ? loops : { state: { waiting: { reason: 'ImagePullBackOff' } } },
    }),
  )
  assert.deepEqual(
    problems([...web(), ...pods]).map(({ rule, object, facts }) => [rule, object.kind, object.name, facts.pods]),
    [
      ['pod-crash-loop', 'deployment', 'shop/web', 3],
      ['pod-image-missing', 'deployment', 'shop/web', 1],
    ],
  )
})

test('cluster problems: pods that wait for a claim are told with the claim', () => {
  const found = problems([
    claim('data', 900),
    pending(unbound, { spec: withClaim }),
    pending(unbound, { name: 'web-2', spec: withClaim }),
  ])
  assert.deepEqual(
    found.map(({ rule, severity, facts }) => [rule, severity, facts.pods]),
    [['claim-pending', 'critical', 2]],
  )
})

test('cluster problems: the nearest name is told from those that are known', () => {
  const missing = pod({
    phase: 'Pending',
    status: { state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "lgoin" not found' } } },
  })
  const [found] = problems([missing], { namesOf: (kind) => (kind === 'secret' ? ['login', 'tls'] : []) })
  assert.equal(found.facts.nearest, 'login')
})

test('cluster problems: before the first look is complete only what keeps us from seeing is told', () => {
  const unreachable = { server: 'https://x', text: 'refused', sinceMs: nowMs - 9000 }
  const found = problems([pod({ status: loops })], { isSynced: false, unreachable })
  assert.deepEqual(
    found.map(({ rule, facts }) => [rule, facts.sinceSeconds]),
    [['api-unreachable', 9]],
  )
})

test('cluster problems: no particle follows a name in Korean', () => {
  const marked = (told: readonly Told[]) =>
    JSON.parse(JSON.stringify(told).replaceAll(/\b(web|node-[abc]|data|api|gp3|pv-1|shop)\b/g, '$1QZ')) as Told[]
  for (const { name, told, extra } of cases) {
    for (const { title, evidence } of said(marked(told), extra, 'ko'))
      assert.doesNotMatch(`${title}\n${evidence}`, /QZ[가-힣]/, name)
  }
})

test('cluster problems: hostile text never throws, and stays short', () => {
  const words = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.constantFrom(
      ...cases.flatMap(({ told }) =>
        [...JSON.stringify(told).matchAll(/"message":"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]),
      ),
    ),
    fc.string({ unit: 'binary', minLength: 500, maxLength: 3000 }),
  )
  const told = fc.record({ a: words, b: words, at: fc.nat(cases.length - 1), cut: fc.nat(200) })
  fc.assert(
    fc.property(told, ({ a, b, at, cut }) => {
      const swapped = JSON.parse(JSON.stringify(cases[at].told), (key, value: unknown) =>
        key === 'message' ? (a + b).slice(cut % 7) : value,
      ) as Told[]
      for (const language of ['en', 'ko'] as const) {
        for (const { title, evidence, action } of said(swapped, cases[at].extra, language)) {
          assert.doesNotMatch(title + evidence + action, /undefined|NaN|\[object/)
          assert.ok(evidence.length < 1500, evidence)
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('cluster problems: objects in any state never throw', () => {
  const cut = fc.record({
    at: fc.nat(cases.length - 1),
    leave: fc.nat(40),
    value: fc.constantFrom(null, 0, '', [], {}, 'x', -1),
  })
  fc.assert(
    fc.property(cut, ({ at, leave, value }) => {
      let seen = 0
      const broken = JSON.parse(JSON.stringify(cases[at].told), function (key, one: unknown) {
        const isOurs = key !== '' && !/^\d+$/.test(key) && !['metadata', 'name', 'namespace', 'uid'].includes(key)
        return isOurs && seen++ === leave ? value : one
      }) as Told[]
      said(broken, cases[at].extra)
    }),
    { numRuns: 1000 },
  )
})

test('cluster problems: 10,000 pods are looked at in a moment', (t) => {
  const told = Array.from({ length: 10_000 }, (_, at) =>
    pod({
      name: `web-${at}`,
      owner: `ReplicaSet/web-${at % 500}`,
      ...(at % 50 === 0 ? { status: loops } : { conditions: ready, status: running(9000, { ready: true }) }),
    }),
  )
  const sets = Array.from({ length: 500 }, (_, at): Told => ['replicasets.apps', { metadata: meta(`web-${at}`) }])
  problems([...sets, ...told])
  const startedMs = performance.now()
  const found = problems([...sets, ...told])
  t.diagnostic(`${(performance.now() - startedMs).toFixed(0)} ms, most of it to make the records`)
  assert.equal(found.length, 10)
  assert.ok(found.every(({ sinceMs }) => sinceMs !== undefined && sinceMs <= nowMs))
})
