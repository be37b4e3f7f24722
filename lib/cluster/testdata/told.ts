import type { ClusterObject } from '../common-record.ts'
import { ClusterModel } from '../model.ts'

/** Any part of a Kubernetes object. */
export type Json = Readonly<Record<string, unknown>>

/** The moment of the tests; times in objects are seconds before it. */
export const nowMs = Date.UTC(2026, 10, 23, 7, 0, 0)

/** A time of so many seconds ago, as Kubernetes writes it. */
export function ago(seconds: number): string {
  return new Date(nowMs - seconds * 1000).toISOString().replace('.000', '')
}

/** Tells a model of an object of a resource. */
export function tell(model: ClusterModel, resource: string, object: Json): void {
  sinkOf(model, resource).upsert(object as unknown as ClusterObject)
}

/** The sink of a resource. */
export function sinkOf(model: ClusterModel, resource: string) {
  const source = model.sinks().find((one) => one.resource === resource)
  if (!source) throw new Error(`the model has no sink for ${resource}`)
  return source.sink
}

/** The record that a model makes of an object. */
export function recordOf(resource: string, map: keyof ClusterModel['records'], object: Json): unknown {
  const model = new ClusterModel()
  tell(model, resource, object)
  return [...model.records[map].values()].at(0)
}

/** A pod `shop/web` on node-a, with container `app` of the image app:1; parts of it may be other than usual. */
export function pod(parts: {
  readonly metadata?: Json
  readonly spec?: Json
  readonly status?: Json
  readonly conditions?: readonly Json[]
  readonly containers?: readonly Json[]
  readonly inits?: readonly Json[]
}): Json {
  const { containers = [running()], inits = [] } = parts
  return {
    metadata: { namespace: 'shop', name: 'web', uid: 'pod-1', creationTimestamp: ago(600), ...parts.metadata },
    spec: {
      nodeName: 'node-a',
      containers: containers.map(specOf),
      ...(inits.length > 0 ? { initContainers: inits.map(specOf) } : {}),
      ...parts.spec,
    },
    status: {
      phase: 'Running',
      startTime: ago(599),
      conditions: parts.conditions ?? [condition('PodScheduled'), condition('Ready')],
      containerStatuses: containers.map(statusOf),
      initContainerStatuses: inits.map(statusOf),
      ...parts.status,
    },
  }
}

function specOf({ name, spec = {} }: Json): Json {
  return { name, image: `${String(name)}:1`, ...(spec as Json) }
}

function statusOf(container: Json): Json {
  return Object.fromEntries(Object.entries(container).filter(([field]) => field !== 'spec'))
}

/** A condition, of 590 seconds ago. */
export function condition(type: string, status = 'True', parts: Json = {}): Json {
  return { type, status, lastTransitionTime: ago(590), ...parts }
}

/** A container that runs and is ready. */
export function running(parts: Json = {}): Json {
  return { name: 'app', ready: true, started: true, restartCount: 0, state: { running: { startedAt: ago(580) } }, ...parts }
}

/** A container that waits. */
export function waiting(reason: string, message = '', parts: Json = {}): Json {
  const state = { waiting: { reason, ...(message === '' ? {} : { message }) } }
  return { name: 'app', ready: false, started: false, restartCount: 0, state, ...parts }
}

/** A container that has ended, 20 seconds ago after 10 seconds. */
export function ended(exitCode: number, reason: string, parts: Json = {}): Json {
  return { name: 'app', ready: false, started: false, restartCount: 0, state: { terminated: end(exitCode, reason) }, ...parts }
}

/** The end of a container, 20 seconds ago after 10 seconds. */
export function end(exitCode: number, reason: string): Json {
  return { exitCode, reason, startedAt: ago(30), finishedAt: ago(20) }
}

/** A Warning event about a pod of `shop`. */
export function podEvent(reason: string, message: string, parts: Json = {}): Json {
  return {
    metadata: { namespace: 'shop', name: `web.${reason}`, uid: `event-${reason}`, creationTimestamp: ago(60) },
    type: 'Warning',
    reason,
    message,
    count: 3,
    firstTimestamp: ago(60),
    lastTimestamp: ago(5),
    involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web', uid: 'pod-1', fieldPath: 'spec.containers{app}' },
    ...parts,
  }
}
