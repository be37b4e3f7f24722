import { over } from './bounds.ts'
import { matching } from './rule.ts'

import type { Finding, FindingObject } from './finding.ts'
import type { Rule, Sample } from './rule.ts'

const container = 'job="cadvisor",name!=""'

/** What can be wrong with containers, as their metrics show it. */
export const containerRules: readonly Rule[] = [
  {
    id: 'container-memory-near-limit',
    expressions: {
      share: `container_memory_working_set_bytes{${container}} / (container_spec_memory_limit_bytes{${container}} > 0)`,
      used: `container_memory_working_set_bytes{${container}}`,
      limit: `container_spec_memory_limit_bytes{${container}}`,
    },
    find: ({ share, used, limit }) =>
      over(share, 0.9, 0.98, 'container-memory-near-limit', (s) => [
        named(s),
        {
          usedPercent: s.value * 100,
          usedBytes: matching(used, s, ['instance', 'id']) ?? 0,
          limitBytes: matching(limit, s, ['instance', 'id']) ?? 0,
        },
      ]),
  },
  {
    id: 'container-cpu-throttled',
    expressions: {
      share: `rate(container_cpu_cfs_throttled_periods_total{${container}}[5m]) / (rate(container_cpu_cfs_periods_total{${container}}[5m]) > 0)`,
      quota: `container_spec_cpu_quota{${container}} / container_spec_cpu_period{${container}}`,
    },
    find: ({ share, quota }) =>
      over(share, 0.25, Infinity, 'container-cpu-throttled', (s) => [
        named(s),
        { throttledPercent: s.value * 100, limitCores: matching(quota, s, ['instance', 'id']) ?? 0 },
      ]),
  },
]

function named({ labels }: Sample): FindingObject {
  return { kind: 'container', name: labels.container || labels.name || '', machine: labels.instance ?? '' }
}

/** What of a container's state the rules read; `ContainerInfo` of lib/collect has this shape. */
export interface ContainerState {
  readonly name: string
  readonly state: string
  readonly exitCode?: number
  readonly oomKilled: boolean
  readonly restarts: number
  readonly startedMs?: number
  readonly finishedMs?: number
  readonly limits: { readonly memoryBytes?: number }
}

const recentMs = 3_600_000

/** What the state of containers shows: killed, failed, or restarting, within the last hour. One finding a container. */
export function findContainerStates(containers: readonly ContainerState[], nowMs: number): Finding[] {
  return containers.flatMap((one) => {
    const finding = findState(one, nowMs)
    return finding === undefined ? [] : [finding]
  })
}

function findState(one: ContainerState, nowMs: number): Finding | undefined {
  const object: FindingObject = { kind: 'container', name: one.name }
  const since = one.finishedMs === undefined ? {} : { sinceMs: one.finishedMs }
  const isRecent = nowMs - (one.finishedMs ?? one.startedMs ?? 0) < recentMs
  if (one.oomKilled && isRecent) {
    const facts = { limitBytes: one.limits.memoryBytes ?? 0 }
    return { rule: 'container-oom-killed', severity: 'critical', object, facts, ...since }
  }
  if (one.state === 'restarting' || (one.restarts >= 3 && isRecent)) {
    const facts = { restarts: one.restarts, exitCode: one.exitCode ?? 0 }
    return { rule: 'container-restarting', severity: 'critical', object, facts, ...since }
  }
  if (one.state === 'exited' && isRecent && isFailure(one.exitCode ?? 0)) {
    const facts = { exitCode: one.exitCode ?? 0 }
    return { rule: 'container-exited', severity: 'warning', object, facts, ...since }
  }
  return undefined
}

/** 143 and 130 are answers to SIGTERM and SIGINT: someone stopped it. */
function isFailure(exitCode: number): boolean {
  return exitCode !== 0 && exitCode !== 143 && exitCode !== 130
}
