import { runs, fine, bound, withClaim, service, slice, creating } from './cases-objects.ts'
import { ago, event, is, meta, node, pending, pod, web } from './cluster-story.ts'

import type { Case } from './cluster-cases.ts'
import type { Fields, Told } from './cluster-story.ts'

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

/** Troubles of nodes, namespaces, and of what we may see. */
export const nodeAndAccessCases: readonly Case[] = [
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
]
