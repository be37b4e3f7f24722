/** Why the scheduler takes no node for a pod: how many nodes for which reason. */
export interface SchedulerMessage {
  readonly nodes: number
  readonly reasons: readonly SchedulerReason[]
  /** What it says that is not a count of nodes, such as of claims. */
  readonly rest: string
}

export interface SchedulerReason {
  readonly kind: ReasonKind
  readonly nodes: number
  /** The resource that is short, the taint that is not tolerated, or the scheduler's words. */
  readonly detail: string
}

export type ReasonKind =
  | 'insufficient'
  | 'too-many-pods'
  | 'taint'
  | 'selector'
  | 'affinity'
  | 'spread'
  | 'ports'
  | 'volume-place'
  | 'volume-free'
  | 'volume-count'
  | 'volume-used'
  | 'cordoned'
  | 'other'

const signs: readonly (readonly [ReasonKind, RegExp])[] = [
  ['insufficient', /^Insufficient (.+)$/],
  ['too-many-pods', /^Too many pods$/],
  [
    'taint',
    /had untolerated taint \{([^}]*)\}|had untolerated taint\(s\)|had taints? \{?([^}]*)\}?,? ?that the pod didn't tolerate/,
  ],
  ['selector', /didn't match (?:Pod's node affinity|node selector|Pod's node affinity\/selector)/],
  ['volume-place', /volume node affinity conflict|PersistentVolume's node affinity|no available volume zone/],
  ['volume-free', /didn't find available persistent volumes to bind|did not have enough free storage/],
  ['volume-count', /exceed max volume count/],
  ['volume-used', /ReadWriteOncePod|no available disk/],
  ['affinity', /pod (?:anti-)?affinity|anti-affinity rules/],
  ['spread', /topology spread constraints/],
  ['ports', /free ports for the requested pod ports/],
  ['cordoned', /were unschedulable/],
]

/** Reads `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {a: b}. preemption: …`. */
export function parseSchedulerMessage(message: string): SchedulerMessage {
  const head = /^\d+\/(\d+) nodes are available:?\s*/.exec(message)
  const body = message
    .slice(head?.[0].length ?? 0)
    .replace(/[.,]?\s*(?:pod group )?preemption: [^]*$/, '')
    .replace(/[.,]?\s*(?:no new claims to deallocate|still not schedulable)$/, '')
  // A comma is the next reason's only before a count: taints and names have commas as well.
  const parts = body.split(/, (?=\d+ )|\. (?=\d+ )/).map((part) => part.replace(/\.$/, '').trim())
  const reasons = parts.flatMap(parseReason)
  const rest = parts.filter((part) => part !== '' && parseReason(part).length === 0).join('; ')
  return { nodes: Number(head?.[1] ?? 0), reasons: reasons.toSorted((a, b) => b.nodes - a.nodes), rest }
}

function parseReason(part: string): SchedulerReason[] {
  const counted = /^(\d+) (.+)$/.exec(part)
  if (!counted) return []
  const words = counted[2]
  for (const [kind, sign] of signs) {
    const match = sign.exec(words)
    if (match) return [{ kind, nodes: Number(counted[1]), detail: (match[1] ?? match[2] ?? words).trim() }]
  }
  return [{ kind: 'other', nodes: Number(counted[1]), detail: words }]
}
