import type { Finding, VerdictReport } from './finding.ts'

const mostShown = 5

/** What causes what: the first of a group that is there stands for the rest of it on the same object. */
const causes: readonly (readonly string[])[] = [
  ['container-oom-killed', 'container-memory-near-limit', 'container-restarting', 'container-exited'],
  ['memory-low', 'memory-stalled', 'swap-thrash'],
  ['cpu-saturated', 'load-high'],
  ['disk-nearly-full', 'disk-will-be-full'],
]

/** How far a problem reaches: a whole machine before one disk before one container. */
const reach: Readonly<Record<Finding['object']['kind'], number>> = {
  machine: 0,
  filesystem: 1,
  disk: 2,
  container: 3,
  target: 4,
  interface: 5,
}

/** One entry for each cause, ranked by effect, at most five of them, and the sentence over all. */
export function summarise(findings: readonly Finding[]): VerdictReport {
  const ranked = onePerCause(findings).sort(byEffect)
  const critical = ranked.filter((finding) => finding.severity === 'critical').length
  const facts = { critical, warnings: ranked.length - critical }
  const id = ranked.length === 0 ? 'all-fine' : critical === 0 ? 'watch' : 'needs-attention'
  const needs = ranked.slice(0, mostShown)
  return { verdict: { id, facts }, needs, more: ranked.length - needs.length }
}

function onePerCause(findings: readonly Finding[]): Finding[] {
  const kept = new Map<string, Finding>()
  for (const finding of findings) {
    const key = causeKey(finding)
    const other = kept.get(key)
    if (other === undefined || isNearerCause(finding, other)) kept.set(key, finding)
  }
  return [...kept.values()]
}

function causeKey({ rule, object }: Finding): string {
  const group = causes.findIndex((rules) => rules.includes(rule))
  return JSON.stringify([group < 0 ? rule : group, object.kind, object.name, groupMachine(object)])
}

/** A container's state carries no machine, so a machine would split one cause in two. */
function groupMachine({ kind, machine }: Finding['object']): string {
  return kind === 'container' ? '' : (machine ?? '')
}

function isNearerCause(a: Finding, b: Finding): boolean {
  const rules = causes.find((group) => group.includes(a.rule))
  if (rules === undefined) return a.severity === 'critical' && b.severity !== 'critical'
  return rules.indexOf(a.rule) < rules.indexOf(b.rule)
}

function byEffect(a: Finding, b: Finding): number {
  if (a.severity !== b.severity) return a.severity === 'critical' ? -1 : 1
  return reach[a.object.kind] - reach[b.object.kind] || (a.object.name < b.object.name ? -1 : 1)
}
