/**
 * Lines of a pod's containers, of the usual and of the init containers alike. They are made for every pod that is listed
 * or changes: names are constants, and nothing is built but the values of a line.
 */
import type { LineWriter } from '../family.ts'
import { bit, count, isPresent, mapOf, objects, text } from './fields.ts'
import type { Container, ContainerStatus, Quantities } from './pod-object.ts'
import { units, wholeUnits } from './quantity.ts'
import { resourceLabel } from './resource-label.ts'
import { secondsOf } from './times.ts'

type Statuses = readonly ContainerStatus[] | undefined

const CONTAINER = ['container']
const REASON = ['container', 'reason']
const RESOURCE = ['container', 'node', 'resource', 'unit']

/** Ready or not. */
export function readyLines(statuses: Statuses, out: LineWriter): void {
  for (const { name, ready } of objects(statuses)) out.labelled(CONTAINER, [text(name)], bit(ready))
}

/** How often it was started again. */
export function restartLines(statuses: Statuses, out: LineWriter): void {
  for (const { name, restartCount } of objects(statuses)) out.labelled(CONTAINER, [text(name)], count(restartCount))
}

/** Whether it is in one of the three states. */
export function stateLines(statuses: Statuses, state: 'running' | 'waiting' | 'terminated', out: LineWriter): void {
  for (const status of objects(statuses)) {
    out.labelled(CONTAINER, [text(status.name)], bit(isPresent(status.state?.[state])))
  }
}

/** When it was started, if it ever was. */
export function startedLines(statuses: Statuses, out: LineWriter): void {
  for (const { name, state } of objects(statuses)) {
    const begun = state?.running ?? state?.terminated
    if (isPresent(begun)) out.labelled(CONTAINER, [text(name)], secondsOf(begun.startedAt))
  }
}

/** What it waits for. */
export function waitingReasonLines(statuses: Statuses, out: LineWriter): void {
  for (const { name, state } of objects(statuses)) {
    if (isPresent(state?.waiting)) out.labelled(REASON, [text(name), text(state.waiting.reason)], 1)
  }
}

/** Why it ended. */
export function terminatedReasonLines(statuses: Statuses, out: LineWriter): void {
  for (const { name, state } of objects(statuses)) {
    if (isPresent(state?.terminated)) out.labelled(REASON, [text(name), text(state.terminated.reason)], 1)
  }
}

/** Why it ended before it was started again. */
export function lastReasonLines(statuses: Statuses, out: LineWriter): void {
  for (const { name, lastState } of objects(statuses)) {
    if (isPresent(lastState?.terminated)) out.labelled(REASON, [text(name), text(lastState.terminated.reason)], 1)
  }
}

/** The exit code before it was started again. */
export function lastExitCodeLines(statuses: Statuses, out: LineWriter): void {
  for (const { name, lastState } of objects(statuses)) {
    if (isPresent(lastState?.terminated)) out.labelled(CONTAINER, [text(name)], count(lastState.terminated.exitCode))
  }
}

/** When it ended before it was started again. */
export function lastFinishedLines(statuses: Statuses, out: LineWriter): void {
  for (const { name, lastState } of objects(statuses)) {
    if (isPresent(lastState?.terminated)) {
      out.labelled(CONTAINER, [text(name)], secondsOf(lastState.terminated.finishedAt))
    }
  }
}

/** Limits or requests of each container. */
export function resourceLines(
  containers: readonly Container[] | undefined,
  kind: 'limits' | 'requests',
  nodeName: string | undefined,
  out: LineWriter,
): void {
  for (const { name, resources } of objects(containers)) {
    quantityLines(mapOf(resources?.[kind]), text(name), text(nodeName), out)
  }
}

function quantityLines(quantities: Quantities, container: string, node: string, out: LineWriter): void {
  for (const resource in quantities) {
    const value = resource === 'cpu' ? units(quantities[resource]) : wholeUnits(quantities[resource])
    if (Number.isNaN(value)) continue // no API server keeps one that is no quantity
    const { label, units: unitsOf } = resourceLabel(resource)
    for (const unit of unitsOf) out.labelled(RESOURCE, [container, node, label, unit], value)
  }
}
