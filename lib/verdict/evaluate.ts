import { containerRules, findContainerStates } from './container-rules.ts'
import { machineRules } from './machine-rules.ts'
import { summarise } from './summarise.ts'

import type { ContainerState } from './container-rules.ts'
import type { Finding, VerdictReport } from './finding.ts'
import type { Ask, Rule, Sample } from './rule.ts'

const rulesAtOnce = 4

/** Asks all rules and sums up. With no target in the store there is nothing to say, and it says that. */
export async function evaluateVerdict(
  ask: Ask,
  extra: { readonly containers: readonly ContainerState[]; readonly nowMs?: number },
): Promise<VerdictReport> {
  const targets = await ask('count(up)')
  const found: Finding[] = findContainerStates(extra.containers, extra.nowMs ?? Date.now())
  found.push(...(await findAll([...machineRules, ...containerRules], ask)))
  const report = summarise(found)
  if (targets.length > 0 || report.needs.length > 0) return report
  return { verdict: { id: 'no-data', facts: {} }, needs: [], more: 0 }
}

/** Findings in the order of the rules, whichever answer comes first. */
async function findAll(rules: readonly Rule[], ask: Ask): Promise<Finding[]> {
  const found: Finding[][] = []
  let next = 0
  const work = async () => {
    for (let at = next++; at < rules.length; at = next++) found[at] = await findings(rules[at], ask)
  }
  await Promise.all(Array.from({ length: rulesAtOnce }, work))
  return found.flat()
}

async function findings(rule: Rule, ask: Ask): Promise<Finding[]> {
  const answers: Record<string, readonly Sample[]> = {}
  for (const [name, expr] of Object.entries(rule.expressions)) {
    const samples = await ask(expr)
    answers[name] = samples.filter((sample) => Number.isFinite(sample.value))
    if (samples.length === 0 && name === Object.keys(rule.expressions)[0]) return []
  }
  return rule.find(answers)
}
