import { waits, runs, ended, fine, service, slice, creating } from './cases-objects.ts'
import { ago, event, is, pod, unhealthy, web } from './cluster-story.ts'

import type { Case } from './cluster-cases.ts'
import type { Fields } from './cluster-story.ts'

const loops = (exitCode: number, reason?: string, more: Fields = {}): Fields => ({
  ...waits('CrashLoopBackOff', 'back-off 5m0s restarting failed container=api pod=web-1_shop(uid-shop-web-1)'),
  restartCount: 7,
  lastState: ended(exitCode, reason, more),
})
const pull = (words: string) =>
  waits(
    'ImagePullBackOff',
    `Back-off pulling image "shop/api:2": ErrImagePull: rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/shop/api:2": failed to resolve reference "docker.io/shop/api:2": ${words}`,
  )
const digest = 'a'.repeat(64)

/** Troubles of pods. */
export const podCases: readonly Case[] = [
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
  { name: 'no scheduler', told: [pod({ node: '', phase: 'Pending', conditions: [], status: {} })] },
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
    name: 'a pod that does not end',
    told: [
      pod({
        metadata: { deletionTimestamp: ago(3000), deletionGracePeriodSeconds: 30, finalizers: ['example.com/hold'] },
      }),
    ],
  },
  { name: 'a pod of its own that failed', told: [pod({ phase: 'Failed', status: { state: ended(2) } })] },
  {
    name: 'a pod whose node does not report, of which nothing may be seen',
    told: [pod({ conditions: [is('Ready', 'False', 120)], status: runs(9000, { ready: true }) })],
  },
]
