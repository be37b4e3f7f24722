import { ago, event, is, meta, pod, web } from './cluster-story.ts'

import type { Fields, Told } from './cluster-story.ts'

/** Parts of objects that several cases tell of. */

export const waits = (reason: string, message = ''): Fields => ({ state: { waiting: { reason, message } } })
export const runs = (seconds: number, more: Fields = {}): Fields => ({
  started: true,
  state: { running: { startedAt: ago(seconds) } },
  ...more,
})
export const ended = (exitCode: number, reason = 'Error', more: Fields = {}): Fields => ({
  terminated: { exitCode, reason, finishedAt: ago(40), ...more },
})
export const fine = (name: string, more: Fields = {}): Told =>
  pod({ name, conditions: [is('Ready', 'True', 500)], status: runs(500, { ready: true }), ...more })
export const cpu = (amount: string): Fields => ({ resources: { requests: { cpu: amount } } })
export const claim = (name: string, spec: Fields, more: Fields = {}): Told => [
  'persistentvolumeclaims',
  {
    metadata: meta(name, 'shop', 600),
    spec: { resources: { requests: { storage: '20Gi' } }, accessModes: ['ReadWriteOnce'], ...spec },
    status: { phase: 'Pending' },
    ...more,
  },
]
export const bound = (name: string, volume: string): Told =>
  claim(name, { volumeName: volume }, { status: { phase: 'Bound' } })
export const volume = (name: string, spec: Fields = {}, status: Fields = { phase: 'Bound' }): Told => [
  'persistentvolumes',
  {
    metadata: meta(name, ''),
    spec: { capacity: { storage: '20Gi' }, claimRef: { namespace: 'shop', name: 'data' }, ...spec },
    status,
  },
]
export const withClaim = (name: string): Fields => ({
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
})
export const refused = (message: string): readonly Told[] => [
  ...web({ replicas: 0, conditions: [is('ReplicaFailure', 'True', 240, 'FailedCreate', message)] }),
  event('ReplicaSet', 'web-rs', 'FailedCreate', `Error creating: ${message}`),
]
export const service = (selector: Fields): Told => [
  'services',
  { metadata: meta('web'), spec: { type: 'ClusterIP', clusterIP: '10.0.0.9', selector } },
]
export const slice: Told = [
  'endpointslices.discovery.k8s.io',
  {
    metadata: meta('kubernetes', 'default', 9999, { labels: { 'kubernetes.io/service-name': 'kubernetes' } }),
    endpoints: [{ conditions: { ready: true } }],
  },
]
export const creating = { phase: 'Pending', status: waits('ContainerCreating') } as const
