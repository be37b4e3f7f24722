/** One thing that is wrong in the cluster: a rule, what it is wrong with, and the facts of its sentence. */
export interface ClusterProblem {
  readonly rule: string
  readonly severity: 'critical' | 'warning'
  readonly object: ProblemObject
  /** Units are in the names: `limitBytes`, `sinceSeconds`. */
  readonly facts: Readonly<Record<string, string | number>>
  readonly sinceMs?: number
  /** The pods that it takes down, as `namespace/name`; the first so many where they are very many. */
  readonly pods?: readonly string[]
}

export interface ProblemObject {
  /** In lower case: pod, container, deployment, node, namespace, claim, service … */
  readonly kind: string
  /** `namespace/name`, or the name of what has no namespace. */
  readonly name: string
  readonly namespace: string
  /** Of a container: its pod. Of a workload: a pod that shows what is wrong. */
  readonly pod?: string
}
