import type { ClusterProblem } from '../problem.ts'
import type { Condition, NodeRecord, PodRecord } from '../records.ts'
import type { Context } from './context.ts'
import { namesOf, objectOf } from './objects.ts'
import type { PodSurvey } from './survey-pods.ts'
import { clip, few } from './text.ts'
import { graceMs } from './thresholds.ts'

/** Nodes that are lost, with what hangs on them, and nodes under pressure. */
export function findNodes(context: Context, survey: PodSurvey): ClusterProblem[] {
  return [...context.records.nodes.values()].flatMap((node) => {
    const ready = context.lost.get(node.name)
    if (ready === undefined) return findPressure(node)
    // A node that has just joined, or is on its way out, is no loss.
    const isNew = !context.isOver(node.createdMs, graceMs.newNode) && ready.status === 'False'
    return isNew || node.deletedMs > 0 ? [] : [lostNode(node, ready, context, survey)]
  })
}

function lostNode(node: NodeRecord, ready: Condition, context: Context, survey: PodSurvey): ClusterProblem {
  const pods = survey.onLost.get(node.name) ?? []
  return {
    rule: 'node-not-ready',
    severity: 'critical',
    object: objectOf({ kind: 'node', namespace: '', name: node.name }),
    facts: {
      silent: Number(ready.status === 'Unknown'),
      reason: ready.reason,
      message: clip(ready.message),
      ip: node.internalIp,
      pods: pods.length,
      homeless: context.lost.size === 1 ? survey.homeless.length : 0,
      ...workloadsOn(pods, context),
    },
    sinceMs: ready.sinceMs,
    pods: namesOf(pods),
  }
}

function workloadsOn(pods: readonly PodRecord[], context: Context) {
  const names = pods
    .filter((pod) => pod.owner?.kind !== 'DaemonSet')
    .map((pod) => {
      const { namespace, name } = context.workloadOf(pod)
      return `${namespace}/${name}`
    })
  return { workloads: few(names), workloadCount: new Set(names).size }
}

const pressures: Readonly<Record<string, string>> = {
  MemoryPressure: 'memory',
  DiskPressure: 'disk',
  PIDPressure: 'pids',
  NetworkUnavailable: 'network',
}

function findPressure(node: NodeRecord): ClusterProblem[] {
  return node.conditions.flatMap(({ type, status, message, reason, sinceMs }) => {
    const lacks = pressures[type]
    if (status !== 'True' || lacks === undefined) return []
    return [
      {
        rule: 'node-pressure',
        severity: 'critical' as const,
        object: objectOf({ kind: 'node', namespace: '', name: node.name }),
        facts: { lacks, reason, message: clip(message) },
        sinceMs,
      },
    ]
  })
}
