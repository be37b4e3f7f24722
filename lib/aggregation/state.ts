export const roles = ['starting', 'serving', 'standing-by', 'failing'] as const

/**
 * What we are to metrics.k8s.io. serving: the APIService is ours. standing-by: another program's is there, and it answers.
 * failing: what is needed cannot be read or written.
 */
export type AggregationRole = (typeof roles)[number]

/** Who answers metrics.k8s.io, and why it is, or is not, us. */
export interface AggregationState {
  readonly role: AggregationRole
  /** Who answers, such as `kube-system/metrics-server (k8s-app=metrics-server)`; '' while no one does. */
  readonly program: string
  /** A sentence; '' when all is well. */
  readonly why: string
  /** Since when it is this role and program. */
  readonly sinceMs: number
}
