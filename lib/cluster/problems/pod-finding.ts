import type { ContainerRecord, PodRecord } from '../records.ts'
import { clip } from './text.ts'
import type { Context } from './context.ts'

export type Facts = Readonly<Record<string, string | number>>
export type Severity = 'critical' | 'warning'

/** What is wrong with one pod, before pods of one workload with the same cause become one problem. */
export interface PodFinding {
  readonly rule: string
  readonly severity: Severity
  /** Pods of a workload whose findings agree in rule and cause are one problem. */
  readonly cause: string
  readonly facts: Facts
  /** Facts that cost something, asked of one pod for all with the same cause. */
  readonly more?: () => Facts
  readonly sinceMs: number
  /** The object that is at fault where that is not the workload: a claim, a node. */
  readonly object?: { readonly kind: string; readonly namespace: string; readonly name: string }
}

/** A rule over one pod that does not run as it should. */
export type PodRule = (pod: PodRecord, context: Context) => PodFinding | undefined

/** All containers of a pod, the init containers first. */
export function* containersOf(pod: PodRecord): Iterable<{ container: ContainerRecord; isInit: boolean }> {
  for (const container of pod.initContainers) yield { container, isInit: true }
  for (const container of pod.containers) yield { container, isInit: false }
}

/** Why a container waits; undefined where it does not. */
export function waiting({ state }: ContainerRecord): { readonly reason: string; readonly message: string } | undefined {
  return state.kind === 'waiting' ? state : undefined
}

/** A message of the newest event of these reasons that an object had within this time, with when it last came. */
export function recentEvent(
  context: Context,
  pod: PodRecord,
  reasons: readonly string[],
  withinMs: number,
):
  | { readonly message: string; readonly firstMs: number; readonly lastMs: number; readonly container: string }
  | undefined {
  for (const event of context.events('Pod', pod.namespace, pod.name)) {
    if (!reasons.includes(event.reason) || !context.isRecent(event.lastMs, withinMs)) continue
    if (event.object.uid !== '' && pod.uid !== '' && event.object.uid !== pod.uid) continue
    const container = /\{([^}]+)\}/.exec(event.object.fieldPath)?.[1] ?? ''
    const message = event.message.replace(/^\(combined from similar events\): /, '')
    return { message: clip(message, 600), firstMs: event.firstMs, lastMs: event.lastMs, container }
  }
  return undefined
}

/** Since when a pod is not ready, or since it was made. */
export function notReadySince(pod: PodRecord): number {
  const ready = pod.conditions.find((one) => one.type === 'Ready')
  return ready !== undefined && ready.status !== 'True' && ready.sinceMs > 0 ? ready.sinceMs : pod.createdMs
}
