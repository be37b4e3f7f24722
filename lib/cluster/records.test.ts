import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ClusterModel } from './model.ts'
import type { ClusterRecords } from './records.ts'
import { ago, condition, type Json, nowMs, pod, recordOf, running, sinkOf, tell } from './testdata/told.ts'

const ms = (seconds: number) => nowMs - seconds * 1000

interface Case {
  readonly name: string
  readonly resource: string
  readonly map: keyof ClusterRecords
  readonly object: Json
  /** These fields of the record; the others are not looked at. */
  readonly expected: Json
}

const meta = (parts: Json = {}): Json => ({
  namespace: 'shop',
  name: 'a',
  uid: 'u',
  creationTimestamp: ago(600),
  ...parts,
})

const cases: readonly Case[] = [
  {
    name: 'what all have',
    resource: 'pods',
    map: 'pods',
    object: pod({
      metadata: {
        labels: { app: 'web' },
        finalizers: ['f'],
        deletionTimestamp: ago(10),
        deletionGracePeriodSeconds: 30,
        ownerReferences: [
          { kind: 'Other', name: 'o', uid: '1' },
          { kind: 'ReplicaSet', name: 'web-1', uid: '2', controller: true },
        ],
      },
    }),
    expected: {
      namespace: 'shop',
      name: 'web',
      uid: 'pod-1',
      createdMs: ms(600),
      deletedMs: ms(40),
      labels: { app: 'web' },
      finalizers: ['f'],
      owner: { kind: 'ReplicaSet', name: 'web-1', uid: '2' },
    },
  },
  {
    name: 'a pod: what it needs, claims and tells',
    resource: 'pods',
    map: 'pods',
    object: pod({
      containers: [
        running({
          containerID: 'containerd://abc',
          spec: {
            ports: [{ containerPort: 80 }, { name: 'dns', containerPort: 53, protocol: 'UDP' }],
            envFrom: [{ configMapRef: { name: 'flags' } }, { secretRef: { name: 'maybe', optional: true } }],
            env: [
              { name: 'A', valueFrom: { secretKeyRef: { name: 'payments', key: 'token' } } },
              { name: 'B', value: 'x' },
            ],
          },
        }),
      ],
      spec: {
        hostNetwork: true,
        nodeSelector: { disk: 'ssd' },
        volumes: [
          { name: 'v', persistentVolumeClaim: { claimName: 'data' } },
          { name: 'scratch', ephemeral: { volumeClaimTemplate: {} } },
          { name: 's', secret: { secretName: 'tls' } },
          {
            name: 'p',
            projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }, { serviceAccountToken: {} }] },
          },
        ],
      },
      status: { podIP: '10.1.2.3', qosClass: 'BestEffort' },
    }),
    expected: {
      node: 'node-a',
      phase: 'Running',
      ip: '10.1.2.3',
      hostNetwork: true,
      qos: 'BestEffort',
      startedMs: ms(599),
      graceSeconds: 30,
      claims: ['data', 'web-scratch'],
      needs: ['configmap/flags', 'configmap/kube-root-ca.crt', 'secret/payments', 'secret/tls'],
      nodeSelector: { disk: 'ssd' },
      initContainers: [],
      containers: [
        {
          name: 'app',
          image: 'app:1',
          containerId: 'containerd://abc',
          ready: true,
          started: true,
          restarts: 0,
          sidecar: false,
          state: { kind: 'running', sinceMs: ms(580) },
          last: undefined,
          requests: {},
          limits: {},
          ports: [
            { name: '', port: 80, protocol: 'TCP' },
            { name: 'dns', port: 53, protocol: 'UDP' },
          ],
        },
      ],
    },
  },
  {
    name: 'a ready pod: conditions that being ready implies are left out when true',
    resource: 'pods',
    map: 'pods',
    object: pod({
      conditions: [
        condition('Initialized'),
        condition('ContainersReady'),
        condition('Ready'),
        condition('example.com/gate'),
        condition('PodReadyToStartContainers', 'False'),
      ],
    }),
    expected: {
      conditions: ['Ready', 'example.com/gate', 'PodReadyToStartContainers'].map((type) => ({
        type,
        status: type.startsWith('Pod') ? 'False' : 'True',
        reason: '',
        message: '',
        sinceMs: ms(590),
      })),
    },
  },
  {
    name: 'a node',
    resource: 'nodes',
    map: 'nodes',
    object: {
      metadata: {
        name: 'node-a',
        labels: {
          'node-role.kubernetes.io/control-plane': '',
          'node-role.kubernetes.io/': '',
          'kubernetes.io/role': 'master',
          'topology.kubernetes.io/zone': '2a',
        },
      },
      spec: {
        unschedulable: true,
        providerID: 'aws:///2a/i-1',
        taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }],
      },
      status: {
        addresses: [
          { type: 'Hostname', address: 'node-a' },
          { type: 'InternalIP', address: '10.0.0.1' },
          { type: 'InternalIP', address: 'fd00::1' },
        ],
        capacity: { cpu: '8', memory: '32Gi', pods: '110', 'ephemeral-storage': '100Gi', 'nvidia.com/gpu': '1' },
        allocatable: { cpu: '7910m', memory: '31Gi', pods: '110' },
        daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
        nodeInfo: {
          kubeletVersion: 'v1.37.0',
          osImage: 'Debian',
          kernelVersion: '6.12',
          containerRuntimeVersion: 'containerd://2.1',
        },
      },
    },
    expected: {
      namespace: '',
      roles: ['control-plane', 'master'],
      zone: '2a',
      internalIp: '10.0.0.1',
      kubeletPort: 10_250,
      providerId: 'aws:///2a/i-1',
      unschedulable: true,
      taints: [{ key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' }],
      capacity: { cpu: 8, memory: 32 * 2 ** 30, pods: 110, ephemeralStorage: 100 * 2 ** 30 },
      allocatable: { cpu: 7.91, memory: 31 * 2 ** 30, pods: 110 },
      kubeletVersion: 'v1.37.0',
      runtime: 'containerd://2.1',
    },
  },
  {
    name: 'a namespace on its way out',
    resource: 'namespaces',
    map: 'namespaces',
    object: {
      metadata: { name: 'old', deletionTimestamp: ago(100) },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Terminating', conditions: [condition('NamespaceFinalizersRemaining')] },
    },
    expected: { name: 'old', phase: 'Terminating', deletedMs: ms(100), specFinalizers: ['kubernetes'] },
  },
  {
    name: 'a deployment',
    resource: 'deployments.apps',
    map: 'workloads',
    object: {
      metadata: meta({ generation: 4, annotations: { 'deployment.kubernetes.io/revision': '31' } }),
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        template: {
          spec: {
            containers: [{ name: 'a', image: 'web:1', resources: { requests: { cpu: '100m' } } }, { image: 'web:1' }],
          },
        },
      },
      status: { observedGeneration: 3, replicas: 4, readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2 },
    },
    expected: {
      kind: 'Deployment',
      desired: 3,
      current: 4,
      ready: 2,
      updated: 1,
      updateTarget: 3,
      available: 2,
      generation: 4,
      observedGeneration: 3,
      revision: '31',
      progressDeadlineSeconds: 600,
      paused: false,
      selector: { app: 'web' },
      requests: { cpu: 0.1 },
      limits: {},
      images: ['web:1'],
      job: undefined,
      cron: undefined,
    },
  },
  {
    name: 'a stateful set with a partition',
    resource: 'statefulsets.apps',
    map: 'workloads',
    object: {
      metadata: meta(),
      spec: { replicas: 5, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 3 } } },
      status: { updatedReplicas: 2 },
    },
    expected: { kind: 'StatefulSet', desired: 5, updated: 2, updateTarget: 2 },
  },
  {
    name: 'a daemon set that is updated by hand',
    resource: 'daemonsets.apps',
    map: 'workloads',
    object: {
      metadata: meta(),
      spec: { updateStrategy: { type: 'OnDelete' } },
      status: {
        desiredNumberScheduled: 3,
        currentNumberScheduled: 3,
        numberReady: 2,
        updatedNumberScheduled: 1,
        numberAvailable: 2,
      },
    },
    expected: { kind: 'DaemonSet', desired: 3, current: 3, ready: 2, updated: 1, updateTarget: 0, available: 2 },
  },
  {
    name: 'a replication controller, whose selector is plain',
    resource: 'replicationcontrollers',
    map: 'workloads',
    object: { metadata: meta(), spec: { selector: { app: 'old' } }, status: { replicas: 1 } },
    expected: { kind: 'ReplicationController', selector: { app: 'old' }, desired: 1, current: 1, updated: 1 },
  },
  {
    name: 'a failed job',
    resource: 'jobs.batch',
    map: 'workloads',
    object: {
      metadata: meta({ ownerReferences: [{ kind: 'CronJob', name: 'nightly', uid: 'c', controller: true }] }),
      spec: { completions: 2, backoffLimit: 1 },
      status: {
        failed: 2,
        startTime: ago(500),
        conditions: [condition('Failed', 'True', { reason: 'BackoffLimitExceeded' })],
      },
    },
    expected: {
      kind: 'Job',
      desired: 2,
      job: { failed: 2, succeeded: 0, active: 0, backoffLimit: 1, startedMs: ms(500), finishedMs: ms(590) },
    },
  },
  {
    name: 'a cron job',
    resource: 'cronjobs.batch',
    map: 'workloads',
    object: {
      metadata: meta(),
      spec: {
        schedule: '0 3 * * *',
        suspend: true,
        jobTemplate: { spec: { template: { spec: { containers: [{ image: 'report:2' }] } } } },
      },
      status: { active: [{}], lastScheduleTime: ago(100), lastSuccessfulTime: ago(90) },
    },
    expected: {
      kind: 'CronJob',
      current: 1,
      images: ['report:2'],
      cron: { schedule: '0 3 * * *', suspended: true, lastScheduledMs: ms(100), lastSuccessMs: ms(90) },
    },
  },
  {
    name: 'a service',
    resource: 'services',
    map: 'services',
    object: {
      metadata: meta(),
      spec: {
        type: 'ClusterIP',
        clusterIP: 'None',
        selector: { app: 'web' },
        ports: [
          { port: 80, targetPort: 'http' },
          { name: 'm', port: 9, targetPort: 9090, protocol: 'UDP' },
        ],
      },
    },
    expected: {
      type: 'ClusterIP',
      clusterIp: 'None',
      externalName: '',
      selector: { app: 'web' },
      ports: [
        { name: '', port: 80, targetPort: 'http', protocol: 'TCP' },
        { name: 'm', port: 9, targetPort: '9090', protocol: 'UDP' },
      ],
    },
  },
  {
    name: 'an endpoint slice',
    resource: 'endpointslices.discovery.k8s.io',
    map: 'endpoints',
    object: {
      metadata: meta({ labels: { 'kubernetes.io/service-name': 'web' } }),
      endpoints: [{ conditions: { ready: true } }, { conditions: { ready: false } }, {}],
    },
    expected: { service: 'web', ready: 2, notReady: 1 },
  },
  {
    name: 'a claim with no class said',
    resource: 'persistentvolumeclaims',
    map: 'claims',
    object: {
      metadata: meta({ annotations: { 'volume.kubernetes.io/selected-node': 'node-a' } }),
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
      status: { phase: 'Pending' },
    },
    expected: {
      phase: 'Pending',
      storageClass: undefined,
      volume: '',
      requested: 10 * 2 ** 30,
      capacity: 0,
      accessModes: ['ReadWriteOnce'],
      selectedNode: 'node-a',
    },
  },
  {
    name: 'a claim without a class',
    resource: 'persistentvolumeclaims',
    map: 'claims',
    object: {
      metadata: meta(),
      spec: { storageClassName: '', volumeName: 'pv' },
      status: { capacity: { storage: '1e9' } },
    },
    expected: { storageClass: '', volume: 'pv', capacity: 1e9 },
  },
  {
    name: 'a volume bound to zones',
    resource: 'persistentvolumes',
    map: 'volumes',
    object: {
      metadata: { name: 'pv' },
      spec: {
        storageClassName: 'gp3',
        capacity: { storage: '5Gi' },
        claimRef: { namespace: 'shop', name: 'data' },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['2b', '2a'] },
                  { key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] },
                ],
              },
            ],
          },
        },
      },
      status: { phase: 'Failed', reason: 'DeleteFailed', message: 'm' },
    },
    expected: { phase: 'Failed', reason: 'DeleteFailed', claim: 'shop/data', zones: ['2a', '2b'], storageClass: 'gp3' },
  },
  {
    name: 'an attachment that fails',
    resource: 'volumeattachments.storage.k8s.io',
    map: 'attachments',
    object: {
      metadata: { name: 'csi-1' },
      spec: { attacher: 'ebs.csi.aws.com', nodeName: 'node-a', source: { persistentVolumeName: 'pv' } },
      status: { attached: false, attachError: { message: 'busy' } },
    },
    expected: {
      node: 'node-a',
      volume: 'pv',
      attacher: 'ebs.csi.aws.com',
      attached: false,
      attachError: 'busy',
      detachError: '',
    },
  },
  {
    name: 'the default storage class',
    resource: 'storageclasses.storage.k8s.io',
    map: 'storageClasses',
    object: {
      metadata: { name: 'gp3', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'ebs.csi.aws.com',
      allowVolumeExpansion: true,
      volumeBindingMode: 'WaitForFirstConsumer',
    },
    expected: {
      provisioner: 'ebs.csi.aws.com',
      isDefault: true,
      expandable: true,
      bindingMode: 'WaitForFirstConsumer',
    },
  },
  {
    name: 'an autoscaler',
    resource: 'horizontalpodautoscalers.autoscaling',
    map: 'autoscalers',
    object: {
      metadata: meta(),
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 9 },
      status: { currentReplicas: 2, desiredReplicas: 3 },
    },
    expected: { targetKind: 'Deployment', targetName: 'web', min: 1, max: 9, current: 2, desired: 3 },
  },
  {
    name: 'a budget',
    resource: 'poddisruptionbudgets.policy',
    map: 'budgets',
    object: {
      metadata: meta(),
      spec: { selector: { matchLabels: { app: 'web' } } },
      status: { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2, expectedPods: 3 },
    },
    expected: {
      selector: { app: 'web' },
      disruptionsAllowed: 0,
      currentHealthy: 1,
      desiredHealthy: 2,
      expectedPods: 3,
    },
  },
  {
    name: 'a quota',
    resource: 'resourcequotas',
    map: 'quotas',
    object: {
      metadata: meta(),
      spec: { hard: { pods: '5' } },
      status: { hard: { pods: '5', 'requests.cpu': '1500m', odd: 'x' }, used: { pods: '5', 'requests.cpu': '1' } },
    },
    expected: { hard: { pods: 5, 'requests.cpu': 1.5 }, used: { pods: 5, 'requests.cpu': 1 } },
  },
  {
    name: 'an API service',
    resource: 'apiservices.apiregistration.k8s.io',
    map: 'apiServices',
    object: {
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: { service: { namespace: 'kube-system', name: 'metrics' } },
    },
    expected: { name: 'v1beta1.metrics.k8s.io', service: 'kube-system/metrics' },
  },
  {
    name: 'an event of the core group',
    resource: 'events',
    map: 'events',
    object: {
      metadata: meta({ name: 'web.1', uid: 'e1' }),
      type: 'Warning',
      reason: 'BackOff',
      message: 'm'.repeat(1500),
      count: 7,
      firstTimestamp: ago(300),
      lastTimestamp: ago(10),
      source: { component: 'kubelet' },
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web', uid: 'p', fieldPath: 'spec.containers{app}' },
    },
    expected: {
      uid: 'e1',
      reason: 'BackOff',
      message: `${'m'.repeat(999)}…`,
      count: 7,
      firstMs: ms(300),
      lastMs: ms(10),
      source: 'kubelet',
      object: { kind: 'Pod', namespace: 'shop', name: 'web', uid: 'p', fieldPath: 'spec.containers{app}' },
    },
  },
  {
    name: 'an event of events.k8s.io, in a series',
    resource: 'events',
    map: 'events',
    object: {
      metadata: meta({ uid: 'e2' }),
      type: 'Warning',
      reason: 'FailedScheduling',
      note: 'no',
      eventTime: ago(50),
      series: { count: 12, lastObservedTime: ago(3) },
      reportingController: 'default-scheduler',
      regarding: { kind: 'Pod', namespace: 'shop', name: 'web' },
    },
    expected: { message: 'no', count: 12, firstMs: ms(50), lastMs: ms(3), source: 'default-scheduler' },
  },
]

test('records: each keeps what pages and findings need of its object', () => {
  for (const { name, resource, map, object, expected } of cases) {
    const record = recordOf(resource, map, object) as Json
    const looked = Object.fromEntries(Object.keys(expected).map((field) => [field, record[field]]))
    assert.deepEqual(looked, expected, name)
  }
})

test('records: whatever an object is made of, every kind takes it', () => {
  const names = [
    'metadata',
    'spec',
    'status',
    'containers',
    'name',
    'conditions',
    'volumes',
    'template',
    'resources',
    'type',
  ]
  const { json } = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom(null, true, 0, -1, 1e300, '', '1Gi', 'Warning', '2026-11-23T00:00:00Z', 'x'),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names, 'reason', '__proto__', 'state', 'requests'), tie('json'), { maxKeys: 5 }),
    ),
  }))
  const model = new ClusterModel()
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), json), (object) => {
      for (const { resource } of model.sinks()) tell(model, resource, { type: 'Warning', ...object })
      JSON.stringify(Object.values(model.records).map((records) => [...records.values()]))
    }),
    { numRuns: 300 },
  )
})

test('model: a record stays the same object until something in it changes', () => {
  const model = new ClusterModel()
  const tellPod = (version: string, restartCount: number) =>
    tell(model, 'pods', pod({ metadata: { resourceVersion: version }, containers: [running({ restartCount })] }))
  tellPod('1', 0)
  const first = model.records.pods.get('shop/web')
  const { version } = model
  tellPod('2', 0)
  assert.equal(model.records.pods.get('shop/web'), first)
  assert.equal(model.version, version)
  tellPod('3', 1)
  const third = model.records.pods.get('shop/web')
  assert.equal(third?.containers[0].restarts, 1)
  assert.equal(third?.conditions, first?.conditions)
  assert.ok(model.version > version)
})

test('model: what is removed is the object that is meant, not one made again under its name', () => {
  const model = new ClusterModel()
  tell(model, 'pods', pod({ metadata: { uid: 'second' } }))
  sinkOf(model, 'pods').remove({ namespace: 'shop', name: 'web', uid: 'first' })
  assert.equal(model.records.pods.size, 1)
  sinkOf(model, 'pods').remove({ namespace: 'shop', name: 'web', uid: 'second' })
  assert.equal(model.records.pods.size, 0)
})

test('model: a workload of each kind has a place of its own', () => {
  const model = new ClusterModel()
  for (const resource of ['deployments.apps', 'statefulsets.apps', 'jobs.batch'])
    tell(model, resource, { metadata: meta() })
  assert.deepEqual([...model.records.workloads.keys()], ['Deployment/shop/a', 'StatefulSet/shop/a', 'Job/shop/a'])
  sinkOf(model, 'jobs.batch').remove({ namespace: 'shop', name: 'a', uid: 'u' })
  assert.equal(model.records.workloads.size, 2)
})

test('model: is synced once every resource was listed or cannot be', () => {
  const model = new ClusterModel()
  const [first, second, ...rest] = model.sinks()
  for (const { sink } of rest) sink.synced()
  assert.equal(model.synced, false)
  first.sink.state({ namespace: '', phase: 'forbidden', reason: 'may not list nodes' })
  second.sink.state({ namespace: '', phase: 'listing', reason: '' })
  assert.equal(model.synced, false)
  second.sink.synced()
  second.sink.state({ namespace: '', phase: 'watching', reason: '' })
  assert.equal(model.synced, true)
  assert.equal(model.isComplete(first.resource), false)
  assert.equal(model.isComplete(second.resource), true)
  assert.deepEqual(model.troubles(), [
    { resource: first.resource, namespace: '', phase: 'forbidden', reason: 'may not list nodes' },
  ])
})

test('events: at most so many are kept; the oldest leave first and are counted', () => {
  const model = new ClusterModel({ maxEvents: 40 })
  const event = (i: number, parts: Json = {}): Json => ({
    metadata: { namespace: 'shop', name: `e${i}`, uid: `e${i}` },
    type: 'Warning',
    lastTimestamp: ago(1000 - i),
    involvedObject: { kind: 'Pod', namespace: 'shop', name: `p${i % 3}` },
    ...parts,
  })
  for (let i = 0; i < 100; i++) tell(model, 'events', event((i * 37) % 100))
  assert.ok(model.records.events.size <= 40 && model.records.events.size > 36)
  const kept = [...model.records.events.keys()].map((uid) => Number(uid.slice(1)))
  assert.equal(Math.min(...kept), 100 - kept.length)
  assert.deepEqual(model.dropped(), { 'too many events': 100 - kept.length })
  const byObject = [0, 1, 2].flatMap((i) => model.eventsOf('Pod', `shop/p${i}`))
  assert.equal(byObject.length, kept.length)
  tell(model, 'events', event(500, { type: 'Normal' }))
  assert.equal(model.dropped()['not a warning'], 1)
  for (const uid of model.records.events.keys()) sinkOf(model, 'events').remove({ namespace: 'shop', name: '', uid })
  assert.deepEqual(model.eventsOf('Pod', 'shop/p1'), [])
})
