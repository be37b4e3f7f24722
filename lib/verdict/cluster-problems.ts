import type { Facts, Finding, Severity } from './finding.ts'
import type { Sample } from './rule.ts'

/** What is wrong in a cluster, as its records tell; `ClusterProblem` of lib/cluster has this shape. */
export interface Problem {
  readonly rule: string
  readonly severity: Severity
  readonly object: { readonly kind: string; readonly name: string; readonly namespace: string; readonly pod?: string }
  readonly facts: Facts
  readonly sinceMs?: number
  /** The pods that it takes down, as `namespace/name`. */
  readonly pods?: readonly string[]
}

/** Problems as findings, without the list of their pods. */
export function findProblems(problems: readonly Problem[]): Finding[] {
  return problems.map(({ rule, severity, object, facts, sinceMs }) => ({ rule, severity, object, facts, sinceMs }))
}

/** What tells a target whose failure is nobody's surprise. */
export interface TargetHints {
  readonly problems?: readonly Problem[]
  /** Labels of targets that need not be there, such as `{ job: 'etcd' }`: all must agree. */
  readonly optionalTargets?: readonly Readonly<Record<string, string>>[]
}

/** Whether a target that is down is optional, or hangs on a node or pod whose own problem is told. */
export function explainsTarget({ problems = [], optionalTargets = [] }: TargetHints): (target: Sample) => boolean {
  const pods = new Set(problems.flatMap((problem) => problem.pods ?? []))
  const nodes = new Set(problems.filter(({ rule }) => nodeRules.has(rule)).map(({ object }) => object.name))
  const manyRefuse = problems.some(({ rule, facts }) => rule === 'kubelet-refuses' && Number(facts.nodes) > 1)
  return ({ labels }) =>
    nodes.has(labels.node ?? '') ||
    (manyRefuse && labels.job === 'kubelet') ||
    pods.has(`${labels.namespace}/${labels.pod}`) ||
    optionalTargets.some((wanted) => Object.entries(wanted).every(([name, value]) => labels[name] === value))
}

const nodeRules = new Set(['node-not-ready', 'kubelet-refuses'])
