import { runs, ended, fine, refused, service, slice } from './cases-objects.ts'
import { event, is, meta, pod, web, workload } from './cluster-story.ts'

import type { Case } from './cluster-cases.ts'
import type { Fields, Told } from './cluster-story.ts'

const job = (name: string, conditions: readonly Fields[], more: Fields = {}): Told => [
  'jobs.batch',
  { metadata: meta(name), spec: { backoffLimit: 2 }, status: { failed: 3, conditions }, ...more },
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
const apiService = (name: string, reason: string, message: string): Told => [
  'apiservices.apiregistration.k8s.io',
  {
    metadata: meta(name, ''),
    spec: { service: { namespace: 'kube-system', name: 'metrics-server' } },
    status: { conditions: [is('Available', 'False', 300, reason, message)] },
  },
]

/** Troubles of workloads, Services and autoscalers. */
export const workloadCases: readonly Case[] = [
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
]
