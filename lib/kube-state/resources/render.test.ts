import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TextLines } from '../line-writer.ts'
import { kubeStateResources } from '../registry.ts'

interface Case {
  readonly title: string
  readonly family: string
  readonly object: object
  /** Without the labels that all lines of the resource have. */
  readonly lines: readonly string[]
}

const cases: readonly Case[] = [
  {
    title: 'a container that runs since nobody knows when has started at the beginning of time',
    family: 'kube_pod_container_state_started',
    object: { status: { containerStatuses: [{ name: 'a', state: { running: {} } }] } },
    lines: ['{container="a"} -6.21355968e+10'],
  },
  {
    title: 'a pod is complete when the last of its containers is, and not before any has',
    family: 'kube_pod_completion_time',
    object: {
      status: {
        containerStatuses: [
          { name: 'a', state: { terminated: { finishedAt: '2024-01-01T00:00:10Z' } } },
          { name: 'b', state: { terminated: { finishedAt: '2024-01-01T00:00:05Z' } } },
          { name: 'c', state: { terminated: {} } },
        ],
      },
    },
    lines: [' 1.70406721e+09'],
  },
  {
    title: 'resources of containers are in cores, bytes and pieces; what has no unit is left out',
    family: 'kube_pod_container_resource_limits',
    object: {
      spec: {
        nodeName: 'n',
        containers: [
          {
            name: 'a',
            resources: {
              limits: {
                cpu: '250m',
                memory: '1500m',
                'hugepages-2Mi': '4Mi',
                'attachable-volumes-csi-x': '3',
                'nvidia.com/gpu': '2',
                'kubernetes.io/x': '1',
                'requests.example.com/x': '1',
                plain: '1',
                'ephemeral-storage': 'much',
              },
            },
          },
        ],
      },
    },
    lines: [
      '{container="a",node="n",resource="cpu",unit="core"} 0.25',
      '{container="a",node="n",resource="memory",unit="byte"} 2',
      '{container="a",node="n",resource="hugepages_2Mi",unit="byte"} 4.194304e+06',
      '{container="a",node="n",resource="attachable_volumes_csi_x",unit="byte"} 3',
      '{container="a",node="n",resource="nvidia_com_gpu",unit="integer"} 2',
    ],
  },
  {
    title: 'addresses of pods have a family, IPv4 inside of IPv6 that of IPv4; what is none is left out',
    family: 'kube_pod_ips',
    object: {
      status: {
        podIPs: [
          { ip: '10.0.0.1' },
          { ip: 'fd00::1' },
          { ip: '::ffff:10.0.0.1' },
          { ip: '0:0:0:0:0:FFFF:a00:1' },
          { ip: '::ffff:1:2:3' },
          { ip: '10.0.0.256' },
          {},
        ],
      },
    },
    lines: [
      '{ip="10.0.0.1",ip_family="4"} 1',
      '{ip="fd00::1",ip_family="6"} 1',
      '{ip="::ffff:10.0.0.1",ip_family="4"} 1',
      '{ip="0:0:0:0:0:FFFF:a00:1",ip_family="4"} 1',
      '{ip="::ffff:1:2:3",ip_family="6"} 1',
    ],
  },
  {
    title: 'a toleration that is repeated is written once',
    family: 'kube_pod_tolerations',
    object: {
      spec: {
        tolerations: [
          { key: 'k', operator: 'Exists' },
          { key: 'k', operator: 'Exists', tolerationSeconds: 0 },
          { key: 'k', operator: 'Exists' },
        ],
      },
    },
    lines: [
      '{key="k",operator="Exists",value="",effect="",toleration_seconds=""} 1',
      '{key="k",operator="Exists",value="",effect="",toleration_seconds="0"} 1',
    ],
  },
  {
    title: 'reasons of a pod are found in its status, conditions and containers; its own unknown one is Other',
    family: 'kube_pod_status_reason',
    object: {
      status: {
        reason: 'Strange',
        conditions: [{ reason: 'SchedulingGated' }],
        containerStatuses: [{ state: { terminated: { reason: 'Evicted' } } }],
      },
    },
    lines: ['{reason="Evicted"} 1', '{reason="SchedulingGated"} 1', '{reason="Other"} 1'],
  },
  {
    title: 'a claim that is made from a template has no name until the status tells it',
    family: 'kube_pod_resourceclaim_info',
    object: {
      spec: {
        resourceClaims: [
          { name: 'a', resourceClaimTemplateName: 't' },
          { name: 'b', resourceClaimTemplateName: 't' },
          { name: 'c', resourceClaimName: 'own' },
          { name: 'd' },
        ],
      },
      status: { resourceClaimStatuses: [{ name: 'b', resourceClaimName: 'b-made' }] },
    },
    lines: [
      '{claim_name="a",resourceclaim_name="",resourceclaim_template_name="t"} 1',
      '{claim_name="b",resourceclaim_name="b-made",resourceclaim_template_name="t"} 1',
      '{claim_name="c",resourceclaim_name="own",resourceclaim_template_name=""} 1',
    ],
  },
  {
    title: 'a claim of an ephemeral volume is named after pod and volume',
    family: 'kube_pod_spec_volumes_persistentvolumeclaims_readonly',
    object: {
      metadata: { name: 'p' },
      spec: {
        volumes: [
          { name: 'v', persistentVolumeClaim: { claimName: 'c', readOnly: true } },
          { name: 'e', ephemeral: {} },
          { name: 'x', emptyDir: {} },
        ],
      },
    },
    lines: [
      '{volume="v",persistentvolumeclaim="c",ephemeral="false"} 1',
      '{volume="e",persistentvolumeclaim="p-e",ephemeral="true"} 0',
    ],
  },
  {
    title: 'a share of unavailable pods is rounded down',
    family: 'kube_deployment_spec_strategy_rollingupdate_max_unavailable',
    object: { spec: { replicas: 10, strategy: { rollingUpdate: { maxUnavailable: '25%' } } } },
    lines: [' 2'],
  },
  {
    title: 'a share of surplus pods is rounded up',
    family: 'kube_deployment_spec_strategy_rollingupdate_max_surge',
    object: { spec: { replicas: 10, strategy: { rollingUpdate: { maxSurge: '25%' } } } },
    lines: [' 3'],
  },
  {
    title: 'a share that is no percentage gives no line',
    family: 'kube_deployment_spec_strategy_rollingupdate_max_surge',
    object: { spec: { replicas: 10, strategy: { rollingUpdate: { maxSurge: '25' } } } },
    lines: [],
  },
  {
    title: 'a reason that the deployment controller does not give is unknown',
    family: 'kube_deployment_status_condition',
    object: { status: { conditions: [{ type: 'Available', status: 'True', reason: 'Mine' }] } },
    lines: [
      '{reason="unknown",condition="Available",status="true"} 1',
      '{reason="unknown",condition="Available",status="false"} 0',
      '{reason="unknown",condition="Available",status="unknown"} 0',
    ],
  },
  {
    title: 'a job that failed for a reason of its own gives the number of its failed pods',
    family: 'kube_job_status_failed',
    object: { status: { failed: 3, conditions: [{ type: 'Failed', status: 'True', reason: 'PodFailurePolicy' }] } },
    lines: [
      '{reason="BackoffLimitExceeded"} 0',
      '{reason="DeadlineExceeded"} 0',
      '{reason="Evicted"} 0',
      '{reason=""} 3',
    ],
  },
  {
    title: 'a suspended cron job has no next time',
    family: 'kube_cronjob_next_schedule_time',
    object: { metadata: { creationTimestamp: '2024-01-01T00:00:00Z' }, spec: { schedule: '@daily', suspend: true } },
    lines: [],
  },
  {
    title: 'a cron job counts from its last run, in its zone',
    family: 'kube_cronjob_next_schedule_time',
    object: {
      metadata: { creationTimestamp: '2020-01-01T00:00:00Z' },
      spec: { schedule: '0 9 * * *', timeZone: 'Asia/Singapore' },
      status: { lastScheduleTime: '2024-01-01T01:00:00Z' },
    },
    lines: [' 1.7041572e+09'],
  },
  {
    title: 'a resource that autoscaling goes by may have several targets',
    family: 'kube_horizontalpodautoscaler_spec_target_metric',
    object: {
      spec: {
        metrics: [
          {
            type: 'ContainerResource',
            containerResource: {
              name: 'cpu',
              container: 'c',
              target: { averageValue: '250m', averageUtilization: 80 },
            },
          },
          { type: 'Resource', resource: { name: 'memory', container: 'not told', target: { averageValue: '1Gi' } } },
          { type: 'External', external: { metric: { name: 'queue' }, target: { value: '5' } } },
          { type: 'Pods' },
          { type: 'Future', future: {} },
        ],
      },
    },
    lines: [
      '{metric_name="cpu",metric_target_type="average",container="c"} 0.25',
      '{metric_name="cpu",metric_target_type="utilization",container="c"} 80',
      '{metric_name="memory",metric_target_type="average",container=""} 1.073741824e+09',
      '{metric_name="queue",metric_target_type="value",container=""} 5',
    ],
  },
  {
    title: 'the class in an annotation of old wins over the field',
    family: 'kube_ingress_info',
    object: { metadata: { annotations: { 'kubernetes.io/ingress.class': 'old' } }, spec: { ingressClassName: 'new' } },
    lines: ['{ingressclass="old"} 1'],
  },
  {
    title: 'the length of a certificate is that of its bytes',
    family: 'kube_certificatesigningrequest_cert_length',
    object: { status: { certificate: 'anVzdCB0ZXN0\nIQ==' } },
    lines: [' 10'],
  },
  {
    title: 'labels of attachments of volumes are written without being allowed',
    family: 'kube_volumeattachment_labels',
    object: { metadata: { labels: { 'a.b': '1', 'a-b': '2' } } },
    lines: ['{label_a_b_conflict1="2",label_a_b_conflict2="1"} 1'],
  },
  {
    title: 'all node selectors become labels, none gives a line of none',
    family: 'kube_pod_nodeselectors',
    object: {},
    lines: [' 1'],
  },
  {
    title: 'a resource version that is no number gives no line',
    family: 'kube_role_metadata_resource_version',
    object: { metadata: { resourceVersion: 'abc' } },
    lines: [],
  },
  {
    title: 'a network policy without a time was created at the beginning of time',
    family: 'kube_networkpolicy_created',
    object: {},
    lines: [' -6.21355968e+10'],
  },
]

for (const { title, family, object, lines } of cases) {
  test(`${family}: ${title}`, () => {
    assert.deepEqual(linesOf(family, object), lines)
  })
}

function linesOf(name: string, object: object): readonly string[] {
  const family = kubeStateResources.flatMap(({ families }) => families).find((family) => family.name === name)
  assert.ok(family)
  const lines = new TextLines()
  lines.startObject([], [])
  lines.startFamily(name)
  family.lines(object as never, lines)
  return lines.text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.slice(name.length))
}
