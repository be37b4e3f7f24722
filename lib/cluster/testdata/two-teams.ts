import { ClusterModel } from '../model.ts'
import { ago, condition, type Json, pod, podEvent, running, tell, waiting } from './told.ts'

const owned = (kind: string, name: string, uid: string): Json => ({ ownerReferences: [{ kind, name, uid, controller: true }] })

/** A cluster of one node with namespaces `shop` and `bank`; all names of bank have `bank` in them. */
export function twoTeams(): ClusterModel {
  const model = new ClusterModel()
  tell(model, 'nodes', {
    metadata: { name: 'node-a', uid: 'node-a' },
    status: {
      conditions: [condition('Ready')],
      capacity: { cpu: '8', memory: '32Gi', pods: '110' },
      allocatable: { cpu: '7', memory: '30Gi', pods: '110' },
    },
  })
  for (const team of ['shop', 'bank']) tellTeam(model, team)
  tell(model, 'events', {
    ...podEvent('NodeTrouble', 'disk of node-a is slow'),
    metadata: { namespace: 'default', name: 'n', uid: 'node-event' },
    involvedObject: { kind: 'Node', name: 'node-a', uid: 'node-a' },
  })
  return model
}

/** A Deployment with two pods, one of which crashes; a CronJob with a Job; a pod of its own. */
function tellTeam(model: ClusterModel, team: string): void {
  const meta = (name: string, more: Json = {}): Json => ({
    namespace: team,
    name: `${team}-${name}`,
    uid: `${team}-${name}-uid`,
    creationTimestamp: ago(1000),
    labels: { team },
    ...more,
  })
  const requests = { spec: { resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '2Gi' } } } }
  const web = owned('ReplicaSet', `${team}-web-2`, `${team}-web-2-uid`)
  tell(model, 'namespaces', { metadata: { name: team, uid: team }, status: { phase: 'Active' } })
  tell(model, 'deployments.apps', {
    metadata: meta('web', { annotations: { 'deployment.kubernetes.io/revision': '2' } }),
    spec: { replicas: 2 },
    status: { replicas: 2, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 1 },
  })
  for (const revision of [1, 2]) {
    tell(model, 'replicasets.apps', {
      metadata: meta(`web-${revision}`, {
        ...owned('Deployment', `${team}-web`, `${team}-web-uid`),
        annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      }),
      spec: { replicas: revision === 2 ? 2 : 0 },
    })
  }
  tell(model, 'cronjobs.batch', { metadata: meta('nightly'), spec: { schedule: '0 3 * * *' } })
  tell(model, 'jobs.batch', { metadata: meta('nightly-1', owned('CronJob', `${team}-nightly`, `${team}-nightly-uid`)) })
  tell(model, 'pods', pod({ metadata: meta('web-2-a', web), containers: [running(requests)] }))
  tell(
    model,
    'pods',
    pod({
      metadata: meta('web-2-b', web),
      conditions: [condition('PodScheduled'), condition('Ready', 'False')],
      containers: [waiting('CrashLoopBackOff', `${team} crashed`, { ...requests, restartCount: 3 })],
    }),
  )
  tell(model, 'pods', pod({ metadata: meta('alone'), status: { phase: 'Succeeded' } }))
  tell(model, 'events', {
    ...podEvent('BackOff', `${team} restarts`),
    metadata: { namespace: team, name: 'e', uid: `${team}-event` },
    involvedObject: { kind: 'Pod', namespace: team, name: `${team}-web-2-b`, fieldPath: 'spec.containers{app}' },
  })
}
