import { ClusterModel, findClusterProblems } from '#lib/cluster'

import { english } from './catalogue-en.ts'
import { korean } from './catalogue-ko.ts'
import { findProblems } from './cluster-problems.ts'
import { sayFinding } from './say-verdict.ts'

import type { ClusterExtra } from '#lib/cluster'

/** A cluster for tests, told as the API server tells it; what is said of it comes back as sentences. */

export const nowMs = Date.parse('2026-11-23T07:00:00Z')
/** The time so many seconds ago, as the API server writes it. */
export const ago = (seconds: number) => new Date(nowMs - seconds * 1000).toISOString()

export type Fields = Readonly<Record<string, unknown>>
/** A resource and an object of it. */
export type Told = readonly [resource: string, object: Fields]

interface PodOf {
  readonly name?: string
  readonly namespace?: string
  readonly age?: number
  readonly owner?: string
  readonly node?: string
  readonly phase?: string
  readonly spec?: Fields
  readonly container?: Fields
  readonly status?: Fields
  readonly statuses?: readonly Fields[]
  readonly conditions?: readonly Fields[]
  readonly metadata?: Fields
}

/** A condition that has been so for so many seconds. */
export const is = (type: string, status: string, seconds: number, reason = '', message = ''): Fields => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: ago(seconds),
})

/** Metadata of an object that was made so many seconds ago. */
export const meta = (name: string, namespace = 'shop', seconds = 3600, more: Fields = {}): Fields => ({
  name,
  ...(namespace === '' ? {} : { namespace }),
  uid: `uid-${namespace}-${name}`,
  creationTimestamp: ago(seconds),
  ...more,
})

const owned = (owner: string | undefined): Fields => {
  if (owner === undefined) return {}
  const [kind, name] = owner.split('/')
  return { ownerReferences: [{ kind, name, uid: `uid-${name}`, controller: true }] }
}

/** A pod with one container, `api`. */
export function pod(of: PodOf): Told {
  const { name = 'web-1', namespace = 'shop', age = 600, node = 'node-a', phase = 'Running' } = of
  const containers = [{ name: 'api', image: 'shop/api:2', ...of.container }]
  const labels = { app: name.split('-')[0] }
  return [
    'pods',
    {
      metadata: meta(name, namespace, age, { labels, ...owned(of.owner), ...of.metadata }),
      spec: { containers, nodeName: node, ...of.spec },
      status: {
        phase,
        podIP: phase === 'Running' ? '10.0.0.1' : '',
        startTime: ago(age),
        conditions: of.conditions ?? [is('Ready', 'False', age - 5, 'ContainersNotReady')],
        containerStatuses: of.statuses ?? [{ name: 'api', ready: false, restartCount: 0, ...of.status }],
        ...(of.statuses ? of.status : {}),
      },
    },
  ]
}

/** A pod that waits for a node, with the scheduler's words. */
export const pending = (message: string, of: PodOf = {}): Told =>
  pod({ node: '', phase: 'Pending', conditions: [is('PodScheduled', 'False', 1140, 'Unschedulable', message)], ...of })

/** A Warning event about an object. */
export function event(kind: string, name: string, reason: string, message: string, more: Fields = {}): Told {
  const involvedObject = { kind, name, namespace: 'shop', ...more }
  const metadata = meta(`${name}.${reason}.${message.length}`, 'shop', 300)
  return [
    'events',
    {
      type: 'Warning',
      metadata,
      involvedObject,
      reason,
      message,
      count: 5,
      firstTimestamp: ago(300),
      lastTimestamp: ago(20),
    },
  ]
}

const ofContainer = (name: string) => ({ fieldPath: `spec.containers{${name}}` })

/** What a kubelet says of a probe. */
export const unhealthy = (message: string, name = 'web-1'): Told =>
  event('Pod', name, 'Unhealthy', message, ofContainer('api'))

/** A workload that wants so many pods; `app` of its selector is its name. */
export function workload(resource: string, name: string, status: Fields = {}, more: Fields = {}): Told {
  const { spec, ...rest } = { spec: {}, ...more }
  const selector = { matchLabels: { app: name } }
  const template = { spec: { containers: [{ name: 'api', image: 'shop/api:2' }] } }
  return [
    resource,
    { metadata: meta(name), spec: { replicas: 3, selector, template, ...(spec as Fields) }, status, ...rest },
  ]
}

/** A Deployment `web` with its ReplicaSet `web-rs`. */
export const web = (status: Fields = {}, more: Fields = {}): readonly Told[] => [
  workload('deployments.apps', 'web', status, more),
  [
    'replicasets.apps',
    { metadata: meta('web-rs', 'shop', 3600, owned('Deployment/web')), spec: { replicas: 3 }, status },
  ],
]

/** A node with 4 CPUs and 8 GiB. */
export function node(
  name: string,
  more: { readonly status?: Fields; readonly spec?: Fields; readonly labels?: Fields; readonly age?: number } = {},
): Told {
  const allocatable = { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '100Gi' }
  const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': 'zone-a', ...more.labels }
  return [
    'nodes',
    {
      metadata: meta(name, '', more.age ?? 86_400, { labels }),
      spec: more.spec ?? {},
      status: {
        allocatable,
        capacity: allocatable,
        conditions: [is('Ready', 'True', 3600, 'KubeletReady')],
        ...more.status,
      },
    },
  ]
}

/** Sentences of every problem of a cluster that is told so. */
export function said(told: readonly Told[], extra: ClusterExtra = {}, language: 'en' | 'ko' = 'en') {
  const catalogue = language === 'ko' ? korean : english
  return findProblems(problems(told, extra)).map((finding) => ({
    ...sayFinding(finding, catalogue),
    severity: finding.severity,
  }))
}

/** The problems themselves. */
export function problems(told: readonly Told[], extra: ClusterExtra = {}) {
  const model = new ClusterModel()
  const sinks = new Map(model.sinks().map(({ resource, sink }) => [resource, sink]))
  for (const [resource, object] of told) {
    const sink = sinks.get(resource)
    if (sink === undefined) throw new Error(`no sink for ${resource}`)
    sink.upsert(object as never)
  }
  return findClusterProblems(model.records, { nowMs, extra })
}
