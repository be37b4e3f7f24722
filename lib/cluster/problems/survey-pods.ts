import { hasEnded } from '../pod-record.ts'
import type { ClusterProblem } from '../problem.ts'
import type { ContainerRecord, PodRecord } from '../records.ts'
import { findMissingConfig } from './config-missing.ts'
import { findFailedSandbox, findRefusedContainer, findStuckInit, findStuckTermination } from './containers-refused.ts'
import { condition, type Context, type Workload } from './context.ts'
import { findCrashLoop, findFailedPod, findOomKill, findProbeKill } from './crashes.ts'
import { findEviction } from './evictions.ts'
import { findMissingImage } from './images.ts'
import { findPodOnLostNode } from './lost-pods.ts'
import { namesOf, objectOf, serves } from './objects.ts'
import type { PodFinding, PodRule, Severity } from './pod-finding.ts'
import { findFailedMount, findUnattachedVolume } from './pod-volumes.ts'
import { findClosedGate, findFailingProbe } from './probes.ts'
import { findUnschedulable } from './unschedulable.ts'

/** The nearest cause first: the first rule that finds something speaks for the pod. */
const rules: readonly PodRule[] = [
  findUnschedulable,
  findPodOnLostNode,
  findMissingConfig,
  findUnattachedVolume,
  findFailedMount,
  findFailedSandbox,
  findMissingImage,
  findRefusedContainer,
  findOomKill,
  findProbeKill,
  findCrashLoop,
  findStuckInit,
  findFailingProbe,
  findClosedGate,
]

/** What one look at all pods gives. */
export interface PodSurvey {
  readonly problems: readonly ClusterProblem[]
  /** Pods on nodes that are lost, by node. */
  readonly onLost: ReadonlyMap<string, readonly PodRecord[]>
  /** Pods that wait for a claim, by `namespace/claim`. */
  readonly waiters: ReadonlyMap<string, readonly PodRecord[]>
  /** Pods that have no node because all nodes are lost. */
  readonly homeless: readonly PodRecord[]
}

interface Group {
  readonly first: PodFinding
  readonly workload: Workload
  readonly pods: PodRecord[]
  severity: Severity
  sinceMs: number
  restarts: number
}

/** Looks at each pod once; pods of one workload with one cause are one problem. */
export function surveyPods(context: Context): PodSurvey {
  const onLost = new Map<string, PodRecord[]>()
  const waiters = new Map<string, PodRecord[]>()
  const homeless: PodRecord[] = []
  const groups = new Map<string, Group>()
  for (const pod of context.records.pods.values()) {
    if (context.lost.has(pod.node) && !hasEnded(pod)) pushTo(onLost, pod.node, pod)
    else if (!isFine(pod)) {
      const finding = findingOf(pod, context)
      if (finding === undefined) continue
      if (finding.rule === 'waits-for-claim')
        for (const claim of unboundClaims(pod, context)) pushTo(waiters, claim, pod)
      else if (isHomeless(finding, context)) homeless.push(pod)
      else addTo(groups, pod, finding, context)
    }
  }
  return { problems: [...groups.values()].map((group) => problemOf(group, context)), onLost, waiters, homeless }
}

function findingOf(pod: PodRecord, context: Context): PodFinding | undefined {
  if (pod.deletedMs > 0) return findStuckTermination(pod, context)
  if (pod.phase === 'Failed') return findEviction(pod, context) ?? findFailedPod(pod, context)
  for (const rule of rules) {
    const finding = rule(pod, context)
    if (finding !== undefined) return finding
  }
  return undefined
}

/** Most pods are: they run, are ready, and have never been started again. */
function isFine(pod: PodRecord): boolean {
  if (pod.phase === 'Succeeded') return true
  if (pod.phase !== 'Running' || pod.deletedMs > 0) return false
  return pod.containers.every(isUntroubled) && condition(pod, 'Ready')?.status !== 'False'
}

function isUntroubled({ ready, restarts }: ContainerRecord): boolean {
  return ready && restarts === 0
}

/** Whether a pod has no node for no other reason than that every node is lost. */
function isHomeless({ rule, facts }: PodFinding, { lost, records }: Context): boolean {
  return (
    rule === 'pod-unschedulable' && lost.size > 0 && lost.size === records.nodes.size && Number(facts.taintNodes) > 0
  )
}

function unboundClaims(pod: PodRecord, { records }: Context): string[] {
  const keys = pod.claims.map((name) => `${pod.namespace}/${name}`)
  return keys.filter((key) => records.claims.get(key)?.phase !== 'Bound')
}

function pushTo(map: Map<string, PodRecord[]>, key: string, pod: PodRecord): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [pod])
  else list.push(pod)
}

function addTo(groups: Map<string, Group>, pod: PodRecord, finding: PodFinding, context: Context): void {
  const workload = context.workloadOf(pod)
  const object = finding.object ?? workload
  const key = JSON.stringify([finding.rule, finding.cause, object.kind, object.namespace, object.name])
  const group = groups.get(key)
  const restarts = Number(finding.facts.restarts ?? 0)
  if (group === undefined) {
    const { severity, sinceMs } = finding
    groups.set(key, { first: finding, workload, pods: [pod], severity, sinceMs, restarts })
    return
  }
  group.pods.push(pod)
  if (finding.severity === 'critical') group.severity = 'critical'
  group.sinceMs = Math.min(group.sinceMs, finding.sinceMs)
  group.restarts = Math.max(group.restarts, restarts)
}

function problemOf({ first, workload, pods, severity, sinceMs, restarts }: Group, context: Context): ClusterProblem {
  const [example] = pods
  const facts = {
    ...first.facts,
    ...first.more?.(),
    ...('restarts' in first.facts ? { restarts } : {}),
    pods: pods.length,
    pod: example.name,
  }
  return {
    rule: first.rule,
    severity: severity === 'critical' && serves(workload, context) ? 'warning' : severity,
    object: objectOf(first.object ?? workload, example),
    facts: { ...facts, podNamespace: example.namespace },
    sinceMs,
    pods: namesOf(pods),
  }
}
