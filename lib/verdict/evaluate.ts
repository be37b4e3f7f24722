import { containerRules, findContainerStates } from './container-rules.ts'
import { machineRules } from './machine-rules.ts'
import { summarise } from './summarise.ts'

import type { ContainerState } from './container-rules.ts'
import type { Finding, VerdictReport } from './finding.ts'
import type { Ask, Rule, Sample } from './rule.ts'

/** Asks all rules and sums up. With no target in the store there is nothing to say, and it says that. */
export async function evaluateVerdict(
  ask: Ask,
  extra: { readonly containers: readonly ContainerState[]; readonly nowMs?: number },
): Promise<VerdictReport> {
  const targets = await ask('count(up)')
  const found: Finding[] = findContainerStates(extra.containers, extra.nowMs ?? Date.now())
  for (const rule of [...machineRules, ...containerRules]) found.push(...(await findings(rule, ask)))
  const report = summarise(found)
  if (targets.length > 0 || report.needs.length > 0) return report
  return { verdict: { id: 'no-data', facts: {} }, needs: [], more: 0 }
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
