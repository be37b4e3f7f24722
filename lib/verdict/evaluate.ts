import { clusterRules } from './cluster-rules.ts'
import { explainsTarget, findProblems } from './cluster-problems.ts'
import { containerRules, findContainerStates } from './container-rules.ts'
import { machineRules } from './machine-rules.ts'
import { listFindings, summarise } from './summarise.ts'

import type { TargetHints } from './cluster-problems.ts'
import type { WorkloadOf } from './cluster-rules.ts'
import type { ContainerState } from './container-rules.ts'
import type { Finding, FindingList, VerdictReport } from './finding.ts'
import type { Ask, Rule, Sample } from './rule.ts'

const rulesAtOnce = 4

/** What is known besides series. */
export interface VerdictExtra extends TargetHints {
  readonly containers: readonly ContainerState[]
  readonly nowMs?: number
  /** Groups what is found of pods; without it each pod stands for itself. */
  readonly workloadOf?: WorkloadOf
}

/** Asks all rules and sums up. With no target in the store there is nothing to say, and it says that. */
export async function evaluateVerdict(ask: Ask, extra: VerdictExtra): Promise<VerdictReport> {
  const { found, isEmpty } = await findEverything(ask, extra)
  return isEmpty ? { verdict: { id: 'no-data', facts: {} }, needs: [], more: 0 } : summarise(found)
}

/** The same findings, all of them, for a page that lists them. */
export async function evaluateFindings(ask: Ask, extra: VerdictExtra): Promise<FindingList> {
  const { found, isEmpty } = await findEverything(ask, extra)
  return isEmpty ? { verdict: { id: 'no-data', facts: {} }, findings: [], more: 0 } : listFindings(found)
}

async function findEverything(ask: Ask, extra: VerdictExtra) {
  const targets = await ask('count(up)')
  const found: Finding[] = findContainerStates(extra.containers, extra.nowMs ?? Date.now())
  found.push(...findProblems(extra.problems ?? []))
  // Without a cluster its rules are not even asked.
  const rules = [...machineRules, ...containerRules, ...(extra.problems ? clusterRules(extra.workloadOf) : [])]
  found.push(...(await findAll(rules, ask, explainsTarget(extra))))
  return { found, isEmpty: targets.length === 0 && found.length === 0 }
}

type IsExplained = (target: Sample) => boolean

/** Findings in the order of the rules, whichever answer comes first. */
async function findAll(rules: readonly Rule[], ask: Ask, isExplained: IsExplained): Promise<Finding[]> {
  const found: Finding[][] = []
  let next = 0
  const work = async () => {
    for (let at = next++; at < rules.length; at = next++) found[at] = await findings(rules[at], ask, isExplained)
  }
  await Promise.all(Array.from({ length: rulesAtOnce }, work))
  return found.flat()
}

async function findings(rule: Rule, ask: Ask, isExplained: IsExplained): Promise<Finding[]> {
  const answers: Record<string, readonly Sample[]> = {}
  for (const [name, expr] of Object.entries(rule.expressions)) {
    const samples = await ask(expr)
    answers[name] = samples.filter((sample) => Number.isFinite(sample.value))
    if (samples.length === 0 && name === Object.keys(rule.expressions)[0]) return []
  }
  if (rule.id === 'target-down') answers.down = answers.down.filter((target) => !isExplained(target))
  return rule.find(answers)
}
