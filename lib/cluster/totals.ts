import { pick, sum } from './amounts.ts'
import { isTrue } from './common-record.ts'
import { topWorkloadFinder, workloadKey } from './owners.ts'
import { hasEnded } from './pod-record.ts'
import type { Amounts, ClusterRecords, PodRecord } from './records.ts'
import { reuse } from './reuse.ts'

/** Sums over pods that have not ended. */
export interface Total {
  readonly pods: number
  readonly ready: number
  readonly restarts: number
  readonly requested: Amounts
  /** Of those that have limits. */
  readonly limited: Amounts
}

/** Nothing yet. */
export const noTotal: Total = { pods: 0, ready: 0, restarts: 0, requested: {}, limited: {} }

/** The sums by node, by namespace, and by the workload on top (`kind/namespace/name`). */
export interface Totals {
  readonly nodes: ReadonlyMap<string, Total>
  readonly namespaces: ReadonlyMap<string, Total>
  readonly workloads: ReadonlyMap<string, Total>
}

/** Goes through all pods once. A sum that is as it was before stays the same object. */
export function totalsOf({ pods, workloads }: ClusterRecords, before?: Totals): Totals {
  const byNode = new Map<string, PodSum>()
  const byNamespace = new Map<string, PodSum>()
  const byWorkload = new Map<string, PodSum>()
  const topWorkload = topWorkloadFinder(workloads)
  for (const pod of pods.values()) {
    if (hasEnded(pod)) continue
    if (pod.node !== '') sumAt(byNode, pod.node).add(pod)
    sumAt(byNamespace, pod.namespace).add(pod)
    const top = topWorkload(pod)
    if (top) sumAt(byWorkload, workloadKey(top.kind, top.namespace, top.name)).add(pod)
  }
  return {
    nodes: totalsIn(byNode, before?.nodes),
    namespaces: totalsIn(byNamespace, before?.namespaces),
    workloads: totalsIn(byWorkload, before?.workloads),
  }
}

/** The sum over some pods that have not ended. */
export function totalOver(pods: Iterable<PodRecord>): Total {
  const all = new PodSum()
  for (const pod of pods) if (!hasEnded(pod)) all.add(pod)
  return all.total()
}

/** Two sums together. */
export function plus(a: Total, b: Total): Total {
  return {
    pods: a.pods + b.pods,
    ready: a.ready + b.ready,
    restarts: a.restarts + b.restarts,
    requested: sum(a.requested, b.requested),
    limited: sum(a.limited, b.limited),
  }
}

function sumAt(map: Map<string, PodSum>, key: string): PodSum {
  const found = map.get(key)
  if (found) return found
  const made = new PodSum()
  map.set(key, made)
  return made
}

function totalsIn(
  sums: ReadonlyMap<string, PodSum>,
  before: ReadonlyMap<string, Total> | undefined,
): Map<string, Total> {
  return new Map([...sums].map(([key, one]) => [key, reuse(before?.get(key), one.total())]))
}

type Sums = { -readonly [name in keyof Amounts]: number }

/** Adds up in place: this runs over all pods of a cluster. */
class PodSum {
  #pods = 0
  #ready = 0
  #restarts = 0
  readonly #requested: Sums = {}
  readonly #limited: Sums = {}

  add(pod: PodRecord): void {
    this.#pods++
    if (isTrue(pod.conditions, 'Ready')) this.#ready++
    this.#restarts += restartsOf(pod)
    for (const name of counted) {
      addTo(this.#requested, name, pod.requested[name])
      addTo(this.#limited, name, pod.limited[name] ?? limitThere(pod, name))
    }
  }

  total(): Total {
    return {
      pods: this.#pods,
      ready: this.#ready,
      restarts: this.#restarts,
      requested: pick((name) => this.#requested[name]),
      limited: pick((name) => this.#limited[name]),
    }
  }
}

const counted = ['cpu', 'memory', 'ephemeralStorage'] as const

function addTo(sums: Sums, name: keyof Amounts, value: number | undefined): void {
  if (value !== undefined) sums[name] = (sums[name] ?? 0) + value
}

/** What is limited where not every container is. */
function limitThere({ containers }: PodRecord, name: keyof Amounts): number | undefined {
  let limit: number | undefined
  for (const { limits } of containers) if (limits[name] !== undefined) limit = (limit ?? 0) + limits[name]
  return limit
}

/** How often the containers of a pod were started again. */
export function restartsOf({ containers, initContainers }: PodRecord): number {
  let restarts = 0
  for (const container of containers) restarts += container.restarts
  for (const container of initContainers) restarts += container.restarts
  return restarts
}
