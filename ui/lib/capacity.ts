import type { Amounts, NodeView } from '#lib/cluster'

/** What is used of what there is, and what pods have asked for. */
export interface Capacity {
  /** Null where nothing is measured. */
  used: number | null
  /** What pods may have on the nodes that are measured. */
  size: number
  /** What the pods on those nodes request. */
  requested: number
  /** What pods request that have no node. */
  waiting: number
  measuredNodes: number
  allNodes: number
}

/** A resource that nodes have. */
export type NodeResource = 'cpu' | 'memory'

/** Adds nodes up. One that nothing is heard from is left out of every sum, and counted. */
export function nodeCapacity(
  of: NodeResource,
  nodes: readonly NodeView[],
  measured: ReadonlyMap<string, number>,
  asked: Amounts,
): Capacity {
  const known = nodes.filter(({ name }) => measured.has(name))
  const counted = known.length > 0 ? known : nodes
  const placed = sum(nodes.map(({ requested }) => requested[of] ?? 0))
  return {
    used: known.length === 0 ? null : sum(known.map(({ name }) => measured.get(name) ?? 0)),
    size: sum(counted.map(({ allocatable }) => allocatable[of] ?? 0)),
    requested: sum(counted.map(({ requested }) => requested[of] ?? 0)),
    waiting: rounded(Math.max(0, (asked[of] ?? 0) - placed)),
    measuredNodes: known.length,
    allNodes: nodes.length,
  }
}

/** What a remark under the figure is about. */
export type CapacityRemark = 'over' | 'unused' | 'free'

/** A share of the size from which requests that nobody uses are worth a word. */
const IDLE_SHARE = 0.2

/** More is requested than there is; much of it is not used; or there is room. */
export function remarkOf({ used, size, requested }: Capacity): CapacityRemark {
  if (requested > size) return 'over'
  return used !== null && requested - used >= IDLE_SHARE * size ? 'unused' : 'free'
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** Sums of fractions do not meet exactly. */
function rounded(value: number): number {
  return value < 1e-6 ? 0 : value
}
