import type { Finding, FindingObject, Severity } from './finding.ts'
import type { Sample } from './rule.ts'

/** What a sample is about, and the facts of its sentence. */
export type Describe = (sample: Sample) => [FindingObject, Finding['facts']]

/** Findings for what lies above: critical from the second bound on. */
export function over(
  samples: readonly Sample[],
  warning: number,
  critical: number,
  rule: string,
  say: Describe,
): Finding[] {
  return samples.flatMap((s) =>
    s.value > warning ? [made(rule, s.value > critical ? 'critical' : 'warning', say(s))] : [],
  )
}

/** Findings for what lies below: critical from the second bound on. */
export function under(
  samples: readonly Sample[],
  warning: number,
  critical: number,
  rule: string,
  say: Describe,
): Finding[] {
  return samples.flatMap((s) =>
    s.value < warning ? [made(rule, s.value < critical ? 'critical' : 'warning', say(s))] : [],
  )
}

/** A finding. */
export function made(rule: string, severity: Severity, [object, facts]: ReturnType<Describe>): Finding {
  return { rule, severity, object, facts }
}
