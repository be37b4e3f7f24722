/** A node or pod that has no figures, and why. */
export interface MissingFigures {
  readonly kind: 'node' | 'pod'
  /** '' for a pod that has none. */
  readonly node: string
  readonly namespace: string
  readonly pod: string
  /** An id, such as `kubelet-unreachable`. */
  readonly reason: string
  /** One sentence. */
  readonly text: string
  /** It comes by itself, as the figures of a pod that has just started do: no condition and no event tells it. */
  readonly isExpected?: boolean
}

/** What is missing, counted. */
export interface MissingSummary {
  readonly nodes: number
  readonly pods: number
  /** The first node, or the first pod where no node is missing. */
  readonly first: MissingFigures | undefined
}

/** Counts what is missing and is not expected to come by itself. */
export function summarise(missing: Iterable<MissingFigures>): MissingSummary {
  let [nodes, pods] = [0, 0]
  let first: MissingFigures | undefined
  for (const one of missing) {
    if (one.isExpected === true) continue
    if (one.kind === 'node') nodes++
    else pods++
    if (first === undefined || (first.kind === 'pod' && one.kind === 'node')) first = one
  }
  return { nodes, pods, first }
}

/** `node n1` or `pod ns/p`. */
export function nameOf({ kind, node, namespace, pod }: MissingFigures): string {
  return kind === 'node' ? `node ${node}` : `pod ${namespace}/${pod}`
}

/** At most so long, cut with an ellipsis. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
