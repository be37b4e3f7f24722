import type { ClusterProblem } from '../problem.ts'
import type { Context } from './context.ts'

/**
 * One entry per cause: what follows from another problem is told as a fact of that one.
 * A stuck rollout follows from what is wrong with its pods; a Service without endpoints from why its pods are not ready;
 * a volume that cannot attach from the lost node that holds it; an eviction from the node's pressure; an autoscaler
 * without samples from its pods.
 */
export function foldConsequences(problems: readonly ClusterProblem[], context: Context): ClusterProblem[] {
  const causes = new Causes(problems)
  const kept: ClusterProblem[] = []
  for (const problem of problems) {
    const cause = causeOf(problem, causes, context)
    if (cause === undefined || cause === problem) kept.push(problem)
    else causes.add(cause, consequence(problem))
  }
  return kept.map((problem) => causes.withFacts(problem))
}

type Facts = Readonly<Record<string, string | number>>

class Causes {
  /** By rule and object's name. */
  readonly #byRule = new Map<string, ClusterProblem>()
  /** What is wrong with pods or their creation, by the workload. */
  readonly #byWorkload = new Map<string, ClusterProblem>()
  readonly #byPod = new Map<string, ClusterProblem>()
  readonly #extra = new Map<ClusterProblem, Record<string, string | number>>()

  constructor(problems: readonly ClusterProblem[]) {
    for (const problem of problems) {
      this.#byRule.set(`${problem.rule} ${problem.object.name}`, problem)
      if (!isCause(problem)) continue
      const key = `${problem.object.kind} ${problem.object.name}`
      if (!this.#byWorkload.has(key)) this.#byWorkload.set(key, problem)
      for (const pod of problem.pods ?? []) if (!this.#byPod.has(pod)) this.#byPod.set(pod, problem)
    }
  }

  ofRule(rule: string, name: string): ClusterProblem | undefined {
    return this.#byRule.get(`${rule} ${name}`)
  }

  ofWorkload(kind: string, name: string): ClusterProblem | undefined {
    return this.#byWorkload.get(`${kind} ${name}`)
  }

  ofPods(pods: readonly string[] = []): ClusterProblem | undefined {
    for (const pod of pods) {
      const found = this.#byPod.get(pod)
      if (found !== undefined) return found
    }
    return undefined
  }

  add(cause: ClusterProblem, facts: Facts): void {
    const known = this.#extra.get(cause) ?? {}
    for (const [name, value] of Object.entries(facts))
      known[name] = typeof value === 'number' && name !== 'deadlineSeconds' ? Number(known[name] ?? 0) + value : value
    this.#extra.set(cause, known)
  }

  withFacts(problem: ClusterProblem): ClusterProblem {
    const extra = this.#extra.get(problem)
    return extra === undefined ? problem : { ...problem, facts: { ...problem.facts, ...extra } }
  }
}

const consequences = new Set([
  'rollout-stuck',
  'service-without-endpoints',
  'autoscaler-blind',
  'drain-blocked',
  'job-failed',
])

function isCause({ rule }: ClusterProblem): boolean {
  return !consequences.has(rule)
}

function causeOf(problem: ClusterProblem, causes: Causes, context: Context): ClusterProblem | undefined {
  const { rule, facts, object, pods } = problem
  if (rule === 'rollout-stuck')
    return causes.ofWorkload(object.kind, object.name) ?? causes.ofPods(podsOn(problem, context))
  if (rule === 'service-without-endpoints' && facts.why === 'not-ready') return causes.ofPods(pods)
  if (rule === 'service-without-endpoints') return selectedByRefused(problem, causes, context)
  if (rule === 'pod-volume-not-attached') return causes.ofRule('node-not-ready', String(facts.holderNode))
  if (rule === 'node-evicts') return causes.ofRule('node-pressure', object.name)
  if (rule === 'metrics-api-missing') return apiServiceOf(facts, causes)
  if (rule === 'autoscaler-blind' && facts.why === 'no-samples')
    return causes.ofWorkload(
      String(facts.target).split(' ')[0].toLowerCase(),
      `${object.namespace}/${facts.targetName}`,
    )
  return undefined
}

/** Pods of a workload that hang on a lost node have that for their cause. */
function podsOn({ object }: ClusterProblem, context: Context): string[] {
  const pods = context.podsOf(object.namespace).filter((pod) => {
    const { kind, namespace, name } = context.workloadOf(pod)
    return kind.toLowerCase() === object.kind && `${namespace}/${name}` === object.name
  })
  return pods.map((pod) => `${pod.namespace}/${pod.name}`)
}

/** No pod matches since none may be created. */
function selectedByRefused(
  { object }: ClusterProblem,
  causes: Causes,
  { records }: Context,
): ClusterProblem | undefined {
  const selector = records.services.get(object.name)?.selector ?? {}
  for (const record of records.workloads.values()) {
    if (record.namespace !== object.namespace || Object.keys(record.selector).length === 0) continue
    if (!Object.entries(selector).every(([key, value]) => record.selector[key] === value)) continue
    const cause = causes.ofWorkload(record.kind.toLowerCase(), `${record.namespace}/${record.name}`)
    if (cause?.rule.startsWith('create-')) return cause
  }
  return undefined
}

function apiServiceOf(facts: Facts, causes: Causes): ClusterProblem | undefined {
  for (const version of ['v1', 'v1beta1', 'v1beta2']) {
    const found = causes.ofRule('api-service-unavailable', `${version}.${facts.api}`)
    if (found !== undefined) return found
  }
  return undefined
}

/** What a consequence adds to the facts of its cause. */
function consequence({ rule, facts, object }: ClusterProblem): Facts {
  switch (rule) {
    case 'rollout-stuck':
      return Number(facts.deadlineSeconds) > 0 ? { deadlineSeconds: facts.deadlineSeconds } : {}
    case 'service-without-endpoints':
      return { services: 1, service: object.name }
    case 'pod-volume-not-attached':
      return { heldVolumes: 1 }
    case 'node-evicts':
      return { evicted: facts.pods }
    default:
      return { autoscalers: Number(facts.autoscalers ?? 1) }
  }
}
