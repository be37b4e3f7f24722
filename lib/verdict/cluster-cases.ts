import { ago, event, is, meta, node, pending, pod, unhealthy, web, workload } from './cluster-story.ts'

import type { ClusterExtra } from '#lib/cluster'
import type { Fields, Told } from './cluster-story.ts'

/** One trouble: what the API server tells, in the words of Kubernetes 1.37 and of registries, webhooks and drivers. */
export interface Case {
  readonly name: string
  readonly told: readonly Told[]
  readonly extra?: ClusterExtra
}

const waits = (reason: string, message = ''): Fields => ({ state: { waiting: { reason, message } } })
const runs = (seconds: number, more: Fields = {}): Fields => ({
  started: true,
  state: { running: { startedAt: ago(seconds) } },
  ...more,
})
const ended = (exitCode: number, reason = 'Error', more: Fields = {}): Fields => ({
  terminated: { exitCode, reason, finishedAt: ago(40), ...more },
})
const loops = (exitCode: number, reason?: string, more: Fields = {}): Fields => ({
  ...waits('CrashLoopBackOff', 'back-off 5m0s restarting failed container=api pod=web-1_shop(uid-shop-web-1)'),
  restartCount: 7,
  lastState: ended(exitCode, reason, more),
})
const fine = (name: string, more: Fields = {}): Told =>
  pod({ name, conditions: [is('Ready', 'True', 500)], status: runs(500, { ready: true }), ...more })
const cpu = (amount: string): Fields => ({ resources: { requests: { cpu: amount } } })
const pull = (words: string) =>
  waits(
    'ImagePullBackOff',
    `Back-off pulling image "shop/api:2": ErrImagePull: rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/shop/api:2": failed to resolve reference "docker.io/shop/api:2": ${words}`,
  )
const creating = { phase: 'Pending', status: waits('ContainerCreating') } as const
const claim = (name: string, spec: Fields, more: Fields = {}): Told => [
  'persistentvolumeclaims',
  {
    metadata: meta(name, 'shop', 600),
    spec: { resources: { requests: { storage: '20Gi' } }, accessModes: ['ReadWriteOnce'], ...spec },
    status: { phase: 'Pending' },
    ...more,
  },
]
const bound = (name: string, volume: string): Told =>
  claim(name, { volumeName: volume }, { status: { phase: 'Bound' } })
const storageClass = (name: string, more: Fields = {}, isDefault = false): Told => [
  'storageclasses.storage.k8s.io',
  {
    metadata: meta(
      name,
      '',
      9999,
      isDefault ? { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } : {},
    ),
    provisioner: 'ebs.csi.aws.com',
    volumeBindingMode: 'Immediate',
    ...more,
  },
]
const volume = (name: string, spec: Fields = {}, status: Fields = { phase: 'Bound' }): Told => [
  'persistentvolumes',
  {
    metadata: meta(name, ''),
    spec: { capacity: { storage: '20Gi' }, claimRef: { namespace: 'shop', name: 'data' }, ...spec },
    status,
  },
]
const withClaim = (name: string): Fields => ({
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
})
const refused = (message: string): readonly Told[] => [
  ...web({ replicas: 0, conditions: [is('ReplicaFailure', 'True', 240, 'FailedCreate', message)] }),
  event('ReplicaSet', 'web-rs', 'FailedCreate', `Error creating: ${message}`),
]
const job = (name: string, conditions: readonly Fields[], more: Fields = {}): Told => [
  'jobs.batch',
  { metadata: meta(name), spec: { backoffLimit: 2 }, status: { failed: 3, conditions }, ...more },
]
const service = (selector: Fields): Told => [
  'services',
  { metadata: meta('web'), spec: { type: 'ClusterIP', clusterIP: '10.0.0.9', selector } },
]
const slice: Told = [
  'endpointslices.discovery.k8s.io',
  {
    metadata: meta('kubernetes', 'default', 9999, { labels: { 'kubernetes.io/service-name': 'kubernetes' } }),
    endpoints: [{ conditions: { ready: true } }],
  },
]
const scaler = (name: string, reason: string, message: string, type = 'ScalingActive'): Told => [
  'horizontalpodautoscalers.autoscaling',
  {
    metadata: meta(name),
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 9 },
    status: { currentReplicas: 2, desiredReplicas: 2, conditions: [is(type, 'False', 600, reason, message)] },
  },
]
const blind = (message: string) => `the HPA was unable to compute the replica count: ${message}`
const leaving = (...conditions: readonly Fields[]): Told => [
  'namespaces',
  {
    metadata: meta('old', '', 9999, { deletionTimestamp: ago(2820) }),
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Terminating', conditions },
  },
]
const lostNode = node('node-b', {
  status: { conditions: [is('Ready', 'Unknown', 400, 'NodeStatusUnknown', 'Kubelet stopped posting node status.')] },
})
const apiService = (name: string, reason: string, message: string): Told => [
  'apiservices.apiregistration.k8s.io',
  {
    metadata: meta(name, ''),
    spec: { service: { namespace: 'kube-system', name: 'metrics-server' } },
    status: { conditions: [is('Available', 'False', 300, reason, message)] },
  },
]
/** Put out by the kubelet, with its words. */
const evicted = (name: string, message: string): Told =>
  pod({
    name,
    node: 'node-b',
    phase: 'Failed',
    statuses: [],
    status: { reason: 'Evicted', message },
    conditions: [is('DisruptionTarget', 'True', 100, 'TerminationByKubelet')],
  })
const digest = 'a'.repeat(64)

/** Each trouble that a verdict names, made on purpose. */
export const cases: readonly Case[] = [
  { name: 'crash loop', told: [pod({ status: loops(1) })] },
  {
    name: 'crash loop with last words',
    told: [pod({ status: loops(3, 'Error', { message: 'cannot open\n\tthe ledger' }) })],
  },
  {
    name: 'crash loop of a Deployment, whose Service nobody serves',
    told: [
      ...web(),
      slice,
      service({ app: 'web' }),
      ...['web-1', 'web-2', 'web-3'].map((name) => pod({ name, owner: 'ReplicaSet/web-rs', status: loops(127) })),
    ],
  },
  {
    name: 'crash loop of a new revision while the old one serves',
    told: [...web({ replicas: 4, availableReplicas: 3 }), pod({ owner: 'ReplicaSet/web-rs', status: loops(1) })],
  },
  { name: 'a program that ends well', told: [pod({ status: loops(0, 'Completed') })] },
  {
    name: 'OOM-killed at its limit',
    told: [
      ...web(),
      pod({
        owner: 'ReplicaSet/web-rs',
        container: { resources: { limits: { memory: '512Mi' } } },
        status: loops(137, 'OOMKilled'),
      }),
    ],
  },
  {
    name: 'OOM-killed once, and running',
    told: [
      pod({
        conditions: [is('Ready', 'True', 30)],
        status: runs(35, { ready: true, restartCount: 1, lastState: ended(137, 'OOMKilled') }),
      }),
    ],
  },
  {
    name: 'too large for any node',
    told: [
      node('node-a'),
      node('node-b'),
      fine('busy-1', { node: 'node-b', container: cpu('1700m') }),
      pending(
        '0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
        { container: cpu('6') },
      ),
    ],
  },
  {
    name: 'no room now',
    told: [
      node('node-a'),
      fine('busy-1', { container: { resources: { requests: { memory: '6Gi' } } } }),
      pending('0/1 nodes are available: 1 Insufficient memory.', {
        container: { resources: { requests: { memory: '4Gi' } } },
      }),
    ],
  },
  {
    name: 'no device',
    told: [
      node('node-a'),
      pending(
        '0/1 nodes are available: 1 Insufficient nvidia.com/gpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
      ),
    ],
  },
  {
    name: 'a taint, as Kubernetes 1.37 tells it',
    told: [
      node('node-a', { spec: { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] } }),
      pending(
        '0/1 nodes are available: 1 node(s) had untolerated taint(s). preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
      ),
    ],
  },
  {
    name: 'a taint and a full node, as Kubernetes 1.30 tells it',
    told: [
      node('node-a'),
      ...['node-b', 'node-c'].map((name) =>
        node(name, { spec: { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] } }),
      ),
      pending(
        '0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {dedicated: gpu}. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
        { container: cpu('3') },
      ),
      fine('busy-1', { container: cpu('2') }),
    ],
  },
  {
    name: 'a label that no node has',
    told: [
      node('node-a', { labels: { disk: 'hdd' } }),
      pending(
        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
        { spec: { nodeSelector: { disk: 'ssd' } } },
      ),
    ],
  },
  {
    name: 'node affinity',
    told: [node('node-a'), pending("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.")],
  },
  {
    name: 'affinity, spread, ports and a cordon',
    told: [
      pending(
        "0/9 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 1 node(s) didn't match pod topology spread constraints, 3 node(s) didn't match pod anti-affinity rules, 4 node(s) were unschedulable.",
      ),
    ],
  },
  {
    name: 'a volume in another zone',
    told: [
      node('node-a'),
      bound('data', 'pv-1'),
      volume('pv-1', {
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['zone-b'] }] },
            ],
          },
        },
      }),
      pending("0/1 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity.", {
        spec: withClaim('data'),
      }),
    ],
  },
  { name: 'no scheduler', told: [pod({ node: '', phase: 'Pending', conditions: [], status: {} })] },
  {
    name: 'a claim that does not exist',
    told: [
      pending('0/1 nodes are available: persistentvolumeclaim "dta" not found. not found', { spec: withClaim('dta') }),
    ],
  },
  { name: 'no such image', told: [pod({ phase: 'Pending', status: pull('docker.io/shop/api:2: not found') })] },
  {
    name: 'no right to the image',
    told: [
      pod({
        phase: 'Pending',
        status: pull(
          'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
        ),
      }),
    ],
  },
  {
    name: 'no way to the registry',
    told: [
      pod({
        phase: 'Pending',
        status: pull(
          'failed to do request: Head "https://registry.shop/v2/api/manifests/2": dial tcp: lookup registry.shop on 10.0.0.10:53: no such host',
        ),
      }),
    ],
  },
  {
    name: 'an image that was never loaded',
    told: [
      pod({
        phase: 'Pending',
        status: waits('ErrImageNeverPull', 'Container image "shop/api:2" is not present with pull policy of Never'),
      }),
    ],
  },
  {
    name: 'an image with a wrong name',
    told: [
      pod({
        phase: 'Pending',
        status: waits(
          'InvalidImageName',
          'Failed to apply default image tag "Shop/API": couldn\'t parse image name "Shop/API": invalid reference format: repository name (library/Shop/API) must be lowercase',
        ),
      }),
    ],
  },
  {
    name: 'a readiness probe that fails',
    told: [
      ...web(
        {
          replicas: 3,
          conditions: [
            is(
              'Progressing',
              'False',
              200,
              'ProgressDeadlineExceeded',
              'ReplicaSet "web-rs" has timed out progressing.',
            ),
          ],
        },
        { spec: { progressDeadlineSeconds: 600 } },
      ),
      pod({ owner: 'ReplicaSet/web-rs', status: runs(500) }),
      unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 503'),
    ],
  },
  {
    name: 'a liveness probe that fails',
    told: [
      pod({ status: loops(137, 'Error') }),
      unhealthy(
        'Liveness probe failed: Get "http://10.0.0.1:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      ),
    ],
  },
  {
    name: 'a startup probe that fails',
    told: [
      pod({ status: runs(100, { started: false, restartCount: 3, lastState: ended(137) }) }),
      unhealthy('Startup probe failed: command timed out: "/started" timed out after 1s'),
    ],
  },
  { name: 'not ready, and no word why', told: [pod({ status: runs(590) })] },
  {
    name: 'a readiness gate',
    told: [
      pod({
        conditions: [
          is(
            'Ready',
            'False',
            590,
            'ReadinessGatesNotReady',
            'corresponding condition of pod readiness gate "target-health.elbv2.k8s.aws/web" does not exist.',
          ),
        ],
        status: runs(590, { ready: true }),
      }),
    ],
  },
  {
    name: 'a failed job',
    told: [
      job('import', [is('Failed', 'True', 300, 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')]),
      pod({ name: 'import-x', owner: 'Job/import', phase: 'Failed', status: { state: ended(7) } }),
    ],
  },
  {
    name: 'a job past its deadline, of a CronJob',
    told: [
      job(
        'report-2',
        [is('Failed', 'True', 300, 'DeadlineExceeded', 'Job was active longer than specified deadline')],
        {
          metadata: meta('report-2', 'shop', 900, {
            ownerReferences: [{ kind: 'CronJob', name: 'report', uid: 'c', controller: true }],
          }),
        },
      ),
      job('report-1', [is('Failed', 'True', 4000, 'DeadlineExceeded')], {
        metadata: meta('report-1', 'shop', 9000, {
          ownerReferences: [{ kind: 'CronJob', name: 'report', uid: 'c', controller: true }],
        }),
      }),
    ],
  },
  {
    name: 'quota',
    told: refused(
      'pods "web-rs-x" is forbidden: exceeded quota: compute, requested: cpu=1,memory=2Gi, used: cpu=8,memory=15Gi, limited: cpu=8,memory=16Gi',
    ),
  },
  {
    name: 'a quota that demands requests',
    told: refused(
      'pods "web-rs-x" is forbidden: failed quota: compute: must specify limits.cpu for: api; requests.memory for: api',
    ),
  },
  {
    name: 'LimitRange',
    told: refused(
      'pods "web-rs-x" is forbidden: [maximum cpu usage per Container is 100m, but limit is 200m, maximum memory usage per Pod is 1Gi, but limit is 2Gi]',
    ),
  },
  {
    name: 'Pod Security',
    told: refused(
      'pods "web-rs-x" is forbidden: violates PodSecurity "restricted:latest": privileged (container "api" must not set securityContext.privileged=true), allowPrivilegeEscalation != false (container "api" must set securityContext.allowPrivilegeEscalation=false)',
    ),
  },
  {
    name: 'a webhook that refuses',
    told: refused(
      'admission webhook "validation.gatekeeper.sh" denied the request: [must-have-owner] you must provide labels: {"owner"}',
    ),
  },
  {
    name: 'a webhook that times out',
    told: refused(
      'Internal error occurred: failed calling webhook "mpod.kb.io": failed to call webhook: Post "https://hook.tools.svc:443/mutate-v1-pod?timeout=10s": context deadline exceeded',
    ),
  },
  {
    name: 'a webhook without endpoints',
    told: refused(
      'Internal error occurred: failed calling webhook "mpod.kb.io": failed to call webhook: Post "https://hook.tools.svc:443/mutate-v1-pod?timeout=10s": no endpoints available for service "hook"',
    ),
  },
  {
    name: 'a service account that is missing',
    told: refused(
      'pods "web-rs-x" is forbidden: error looking up service account shop/robot: serviceaccount "robot" not found',
    ),
  },
  {
    name: 'a pod that is not valid',
    told: [
      workload('statefulsets.apps', 'db', { replicas: 0 }),
      event(
        'StatefulSet',
        'db',
        'FailedCreate',
        'create Pod db-0 in StatefulSet db failed error: Pod "db-0" is invalid: spec.containers[0].image: Required value',
      ),
    ],
  },
  { name: 'no default class', told: [storageClass('gp3'), claim('data', {})] },
  { name: 'no class at all', told: [claim('data', {})] },
  {
    name: 'a class that does not exist',
    told: [
      storageClass('standard'),
      claim('data', { storageClassName: 'standrad' }),
      event('PersistentVolumeClaim', 'data', 'ProvisioningFailed', 'storageclass.storage.k8s.io "standrad" not found'),
      pending('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found', {
        spec: withClaim('data'),
      }),
    ],
  },
  { name: 'a provisioner that says nothing', told: [storageClass('gp3'), claim('data', { storageClassName: 'gp3' })] },
  {
    name: 'a provisioner that fails',
    told: [
      storageClass('gp3'),
      claim('data', { storageClassName: 'gp3' }),
      event(
        'PersistentVolumeClaim',
        'data',
        'ProvisioningFailed',
        'failed to provision volume with StorageClass "gp3": rpc error: code = Internal desc = Could not create volume: UnauthorizedOperation',
      ),
    ],
  },
  {
    name: 'the wrong zone',
    told: [
      storageClass('gp3', { volumeBindingMode: 'WaitForFirstConsumer' }),
      claim(
        'data',
        { storageClassName: 'gp3' },
        { metadata: meta('data', 'shop', 600, { annotations: { 'volume.kubernetes.io/selected-node': 'node-a' } }) },
      ),
      event(
        'PersistentVolumeClaim',
        'data',
        'ProvisioningFailed',
        'failed to provision volume with StorageClass "gp3": error generating accessibility requirements: no topology key found on CSINode node-a',
      ),
    ],
  },
  {
    name: 'no volume in a class without a provisioner',
    told: [
      storageClass('local', { provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' }),
      claim('data', { storageClassName: 'local' }),
      pending("0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind.", {
        spec: withClaim('data'),
      }),
    ],
  },
  {
    name: 'a claim whose class may not be read',
    told: [
      claim('data', { storageClassName: 'gp3' }),
      pending('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', {
        spec: withClaim('data'),
      }),
    ],
    extra: { isComplete: (resource) => resource !== 'storageclasses.storage.k8s.io' },
  },
  {
    name: 'a claim that lost its volume',
    told: [claim('data', { volumeName: 'pv-1' }, { status: { phase: 'Lost' } })],
  },
  {
    name: 'a volume that is held by another pod',
    told: [
      pod({ ...creating, spec: withClaim('data') }),
      bound('data', 'pv-1'),
      fine('db-0', { node: 'node-c' }),
      event(
        'Pod',
        'web-1',
        'FailedAttachVolume',
        'Multi-Attach error for volume "pv-1" Volume is already used by pod(s) db-0',
      ),
    ],
  },
  {
    name: 'a volume that waits to be let go',
    told: [
      pod({ ...creating, spec: withClaim('data') }),
      bound('data', 'pv-1'),
      event(
        'Pod',
        'web-1',
        'FailedAttachVolume',
        'Waiting for detach for volume "pv-1" Volume is already exclusively attached to one node, waiting on detach before it can be attached to another node',
      ),
    ],
  },
  {
    name: 'a volume that fails to attach',
    told: [
      pod({ ...creating, spec: withClaim('data') }),
      event(
        'Pod',
        'web-1',
        'FailedAttachVolume',
        'AttachVolume.Attach failed for volume "pv-1" : rpc error: code = NotFound desc = volume vol-1 does not exist',
      ),
    ],
  },
  {
    name: 'a driver that does not attach',
    told: [
      pod({ ...creating, spec: withClaim('data') }),
      bound('data', 'pv-1'),
      [
        'volumeattachments.storage.k8s.io',
        {
          metadata: meta('csi-1', '', 400),
          spec: { attacher: 'csi.example.com', nodeName: 'node-a', source: { persistentVolumeName: 'pv-1' } },
          status: { attached: false },
        },
      ],
    ],
  },
  {
    name: 'a volume that cannot be mounted',
    told: [
      pod({ ...creating }),
      event(
        'Pod',
        'web-1',
        'FailedMount',
        'MountVolume.SetUp failed for volume "share" : mount failed: exit status 32 Output: mount.nfs: Connection refused',
      ),
    ],
  },
  {
    name: 'a config map that is missing',
    told: [
      pod({ phase: 'Pending', status: waits('CreateContainerConfigError', 'configmap "settigns" not found') }),
      fine('other-1', { spec: { containers: [{ name: 'api', envFrom: [{ configMapRef: { name: 'settings' } }] }] } }),
    ],
  },
  {
    name: 'a key of a secret that is missing',
    told: [
      pod({
        phase: 'Pending',
        status: waits('CreateContainerConfigError', "couldn't find key password in Secret shop/login"),
      }),
    ],
  },
  {
    name: 'a config map that a volume needs',
    told: [
      pod({ ...creating }),
      event('Pod', 'web-1', 'FailedMount', 'MountVolume.SetUp failed for volume "files" : configmap "files" not found'),
    ],
  },
  {
    name: 'a key that a volume needs',
    told: [
      pod({ ...creating }),
      event(
        'Pod',
        'web-1',
        'FailedMount',
        'MountVolume.SetUp failed for volume "files" : configmap references non-existent config key: app.conf',
      ),
    ],
  },
  {
    name: 'an init container that does not end',
    told: [
      pod({
        phase: 'Pending',
        status: { initContainerStatuses: [{ name: 'wait-for-db', restartCount: 0, ...runs(300) }] },
        statuses: [{ name: 'api', ready: false, restartCount: 0, ...waits('PodInitializing') }],
        spec: { initContainers: [{ name: 'wait-for-db' }, { name: 'migrate' }] },
      }),
    ],
  },
  {
    name: 'an init container that fails',
    told: [
      pod({
        phase: 'Pending',
        status: { initContainerStatuses: [{ name: 'migrate', ready: false, ...loops(9) }] },
        statuses: [{ name: 'api', ready: false, restartCount: 0, ...waits('PodInitializing') }],
        spec: { initContainers: [{ name: 'migrate' }] },
      }),
    ],
  },
  {
    name: 'a program that is not in the image',
    told: [
      pod({
        phase: 'Pending',
        status: waits(
          'RunContainerError',
          'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "serve": executable file not found in $PATH',
        ),
      }),
    ],
  },
  {
    name: 'a user that may not be root',
    told: [
      pod({
        phase: 'Pending',
        status: waits(
          'CreateContainerConfigError',
          'container has runAsNonRoot and image will run as root (pod: "web-1_shop(uid-1)", container: api)',
        ),
      }),
    ],
  },
  {
    name: 'no network for pods',
    told: [
      pod({ ...creating }),
      event(
        'Pod',
        'web-1',
        'FailedCreatePodSandBox',
        `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${digest}": plugin type="calico" failed (add): connection is unauthorized: Unauthorized`,
      ),
    ],
  },
  {
    name: 'a rollout past its deadline',
    told: web({
      replicas: 4,
      readyReplicas: 3,
      updatedReplicas: 1,
      conditions: [
        is('Progressing', 'False', 200, 'ProgressDeadlineExceeded', 'ReplicaSet "web-rs" has timed out progressing.'),
      ],
    }),
  },
  {
    name: 'a DaemonSet that does not get on',
    told: [
      [
        'daemonsets.apps',
        {
          metadata: meta('agent'),
          spec: { selector: { matchLabels: { app: 'agent' } } },
          status: {
            desiredNumberScheduled: 3,
            currentNumberScheduled: 3,
            numberReady: 2,
            updatedNumberScheduled: 1,
            numberAvailable: 2,
          },
        },
      ],
    ],
  },
  {
    name: 'a lost node and what hangs on it',
    told: [
      node('node-a'),
      lostNode,
      ...web(),
      slice,
      service({ app: 'web' }),
      ...['web-1', 'web-2'].map((name) =>
        pod({ name, node: 'node-b', owner: 'ReplicaSet/web-rs', status: runs(3000) }),
      ),
      pod({ name: 'db-0', node: 'node-a', ...creating, spec: withClaim('data') }),
      bound('data', 'pv-1'),
      event(
        'Pod',
        'db-0',
        'FailedAttachVolume',
        'Multi-Attach error for volume "pv-1" Volume is already used by pod(s) web-1',
      ),
    ],
  },
  {
    name: 'a node whose network is not ready',
    told: [
      node('node-b', {
        status: {
          conditions: [
            is(
              'Ready',
              'False',
              400,
              'KubeletNotReady',
              'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
            ),
          ],
        },
      }),
      pending(
        '0/1 nodes are available: 1 node(s) had untolerated taint(s). preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
      ),
    ],
  },
  {
    name: 'a node under pressure, which evicts',
    told: [
      node('node-b', {
        status: {
          conditions: [
            is('Ready', 'True', 9000),
            is(
              'MemoryPressure',
              'True',
              120,
              'KubeletHasInsufficientMemory',
              'kubelet has insufficient memory available',
            ),
          ],
        },
      }),
      evicted(
        'web-1',
        'The node was low on resource: memory. Threshold quantity: 100Mi, available: 51Mi. Container api was using 3Gi, request is 0, has larger consumption of memory. ',
      ),
    ],
  },
  {
    name: 'an eviction after which the node is well',
    told: [
      evicted('web-1', 'The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 9Gi. '),
    ],
  },
  {
    name: 'an eviction for its own fault',
    told: [evicted('scribbler', 'Usage of EmptyDir volume "scratch" exceeds the limit "1Mi". ')],
  },
  {
    name: 'a drain that a budget blocks',
    told: [
      node('node-b', { spec: { unschedulable: true } }),
      fine('web-1', { node: 'node-b' }),
      [
        'poddisruptionbudgets.policy',
        {
          metadata: meta('web'),
          spec: { selector: { matchLabels: { app: 'web' } } },
          status: {
            disruptionsAllowed: 0,
            currentHealthy: 1,
            desiredHealthy: 1,
            expectedPods: 1,
            conditions: [is('DisruptionAllowed', 'False', 900, 'InsufficientPods')],
          },
        },
      ],
    ],
  },
  {
    name: 'a namespace held by a finalizer',
    told: [
      leaving(
        is(
          'NamespaceContentRemaining',
          'True',
          2800,
          'SomeResourcesRemain',
          'Some resources are remaining: configmaps. has 1 resource instances, widgets.example.com has 2 resource instances',
        ),
        is(
          'NamespaceFinalizersRemaining',
          'True',
          2800,
          'SomeFinalizersRemain',
          'Some content in the namespace has finalizers remaining: example.com/hold in 3 resource instances',
        ),
      ),
    ],
  },
  {
    name: 'a namespace held by an API that is down',
    told: [
      leaving(
        is(
          'NamespaceDeletionDiscoveryFailure',
          'True',
          2800,
          'DiscoveryFailed',
          'Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1',
        ),
      ),
    ],
  },
  {
    name: 'an autoscaler without requests',
    told: [
      scaler(
        'web',
        'FailedGetResourceMetric',
        blind('failed to get cpu utilization: missing request for cpu in container api of Pod web-1'),
      ),
    ],
  },
  {
    name: 'an autoscaler without the metrics API',
    told: [
      scaler(
        'web',
        'FailedGetResourceMetric',
        blind(
          'unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
        ),
      ),
    ],
  },
  {
    name: 'autoscalers whose metrics API is down',
    told: [
      apiService(
        'v1beta1.metrics.k8s.io',
        'MissingEndpoints',
        'endpoints for service/metrics-server in "kube-system" have no addresses with port name "https"',
      ),
      ...['web', 'api'].map((name) =>
        scaler(
          name,
          'FailedGetResourceMetric',
          blind(
            'unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)',
          ),
        ),
      ),
    ],
  },
  {
    name: 'an autoscaler without samples',
    told: [
      scaler(
        'web',
        'FailedGetResourceMetric',
        blind('unable to get metrics for resource cpu: no metrics returned from resource metrics API'),
      ),
    ],
  },
  {
    name: 'an autoscaler without a target',
    told: [
      scaler(
        'web',
        'FailedGetScale',
        'the HPA controller was unable to get the target\'s current scale: deployments.apps "web" not found',
        'AbleToScale',
      ),
    ],
  },
  { name: 'a Service that selects nothing', told: [slice, service({ app: 'wbe' }), fine('web-1')] },
  {
    name: 'a Service whose pods are not ready',
    told: [slice, service({ app: 'web' }), pod({ age: 90, status: runs(80) })],
  },
  {
    name: 'a kubelet that answers 401',
    told: [],
    extra: { kubelets: [{ node: 'node-a', status: 401, text: 'Unauthorized', sinceMs: Date.parse(ago(90)) }] },
  },
  {
    name: 'kubelets that answer 403',
    told: [],
    extra: {
      kubelets: ['node-a', 'node-b'].map((name) => ({
        node: name,
        status: 403,
        text: 'Forbidden (user=viewer, verb=get, resource=nodes, subresource(s)=[metrics])',
        sinceMs: Date.parse(ago(90)),
      })),
    },
  },
  {
    name: 'a kubelet with another certificate',
    told: [],
    extra: {
      kubelets: [
        {
          node: 'node-a',
          status: 'certificate',
          text: 'pinned sha256:ab…, got sha256:cd…',
          sinceMs: Date.parse(ago(90)),
        },
      ],
    },
  },
  {
    name: 'an expired login',
    told: [],
    extra: {
      login: {
        user: 'admin',
        text: 'the server has asked for the client to provide credentials',
        sinceMs: Date.parse(ago(300)),
      },
      unreachable: { server: 'https://10.0.0.1:6443', text: '401', sinceMs: 0 },
    },
  },
  {
    name: 'an API server that cannot be reached',
    told: [],
    extra: {
      unreachable: {
        server: 'https://10.0.0.1:6443',
        text: 'connect ECONNREFUSED 10.0.0.1:6443',
        sinceMs: Date.parse(ago(300)),
      },
    },
  },
  {
    name: 'an API server that throttles',
    told: [],
    extra: { throttled: { count: 12, windowSeconds: 300, lastMs: Date.parse(ago(20)) } },
  },
  {
    name: 'kinds that may not be read',
    told: [],
    extra: {
      forbidden: [
        { resource: 'nodes', text: 'nodes is forbidden' },
        { resource: 'secrets', text: '' },
      ],
    },
  },
  {
    name: 'a pod that does not end',
    told: [
      pod({
        metadata: { deletionTimestamp: ago(3000), deletionGracePeriodSeconds: 30, finalizers: ['example.com/hold'] },
      }),
    ],
  },
  { name: 'a pod of its own that failed', told: [pod({ phase: 'Failed', status: { state: ended(2) } })] },
  {
    name: 'a volume that failed',
    told: [volume('pv-1', {}, { phase: 'Failed', reason: '', message: 'error deleting volume: volume is in use' })],
  },
]
