import { amounts } from './amounts.ts'
import { at, type Fields, fields, items, number, text, time } from './fields.ts'
import type { Keeper } from './keeper.ts'
import type { ContainerRecord, ContainerState, Terminated } from './records.ts'

/** The record of a container, from its part of a pod's spec and, where the kubelet has given one, of its status. */
export function containerRecord(spec: Fields, status: Fields, keep: Keeper): ContainerRecord {
  const { resources } = spec
  return {
    name: keep.name(spec.name),
    image: keep.name(spec.image),
    containerId: keep.text(status.containerID),
    ready: status.ready === true,
    started: status.started === true,
    restarts: number(status.restartCount),
    sidecar: spec.restartPolicy === 'Always',
    state: stateOf(fields(status.state), keep),
    last: lastOf(fields(status.lastState), keep),
    requests: keep.shared(amounts(at(resources, 'requests'))),
    limits: keep.shared(amounts(at(resources, 'limits'))),
    ports: keep.shared(portsOf(spec, keep)),
  }
}

function portsOf(spec: Fields, keep: Keeper) {
  return items(spec.ports).map(({ name, containerPort, protocol }) => ({
    name: keep.name(name),
    port: number(containerPort),
    protocol: keep.name(protocol) || 'TCP',
  }))
}

function stateOf(state: Fields, keep: Keeper): ContainerState {
  if (state.running) return { kind: 'running', sinceMs: time(at(state.running, 'startedAt')) }
  if (state.terminated) return { kind: 'terminated', ...terminatedOf(fields(state.terminated), keep) }
  if (!state.waiting) return keep.shared({ kind: 'unknown' as const })
  const { reason, message } = fields(state.waiting)
  return keep.shared({ kind: 'waiting' as const, reason: keep.name(reason), message: keep.message(message) })
}

function lastOf(state: Fields, keep: Keeper): Terminated | undefined {
  return state.terminated ? terminatedOf(fields(state.terminated), keep) : undefined
}

function terminatedOf(state: Fields, keep: Keeper): Terminated {
  return {
    reason: keep.name(state.reason),
    message: keep.message(state.message),
    exitCode: number(state.exitCode),
    signal: number(state.signal),
    startedMs: time(state.startedAt),
    finishedMs: time(state.finishedAt),
  }
}

/** The containers of a list in a pod's spec, each with its status. */
export function containerRecords(specs: unknown, statuses: unknown, keep: Keeper): readonly ContainerRecord[] {
  const byName = new Map(items(statuses).map((status) => [text(status.name), status]))
  return items(specs).map((spec) => containerRecord(spec, byName.get(text(spec.name)) ?? {}, keep))
}
