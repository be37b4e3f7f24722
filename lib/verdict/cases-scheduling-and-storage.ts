import { fine, cpu, claim, bound, volume, withClaim, creating } from './cases-objects.ts'
import { event, meta, node, pending, pod } from './cluster-story.ts'

import type { Case } from './cluster-cases.ts'
import type { Fields, Told } from './cluster-story.ts'

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

/** Troubles of pods without a node, claims and volumes. */
export const schedulingAndStorageCases: readonly Case[] = [
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
  {
    name: 'a claim that does not exist',
    told: [
      pending('0/1 nodes are available: persistentvolumeclaim "dta" not found. not found', { spec: withClaim('dta') }),
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
    name: 'a volume that failed',
    told: [volume('pv-1', {}, { phase: 'Failed', reason: '', message: 'error deleting volume: volume is in use' })],
  },
]
