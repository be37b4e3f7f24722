import type { Finding, FindingList, VerdictReport } from './finding.ts'

const mostShown = 5
const mostListed = 200

/** What causes what: the first of a group that is there stands for the rest of it on the same object. */
const causes: readonly (readonly string[])[] = [
  ['container-oom-killed', 'container-memory-near-limit', 'container-restarting', 'container-exited'],
  ['memory-low', 'memory-stalled', 'swap-thrash'],
  ['cpu-saturated', 'load-high'],
  ['disk-nearly-full', 'disk-will-be-full'],
  ['pod-oom-killed', 'pod-memory-near-limit'],
  ['claim-nearly-full', 'claim-will-be-full'],
  ['node-pressure', 'node-evicts', 'node-memory-low'],
]

/** How far a problem reaches: a whole cluster or machine before one disk before one workload. */
const reach: Readonly<Record<string, number>> = {
  cluster: 0,
  machine: 1,
  node: 2,
  apiservice: 3,
  filesystem: 4,
  disk: 5,
  container: 6,
  service: 7,
  namespace: 8,
  autoscaler: 9,
  volume: 10,
  target: 11,
  interface: 12,
}

/** Workloads, pods and claims stand together: how many pods they take down decides. */
const reachOfWorkloads = 6

/** One entry for each cause, ranked by effect, at most five of them, and the sentence over all. */
export function summarise(findings: readonly Finding[]): VerdictReport {
  const ranked = rank(findings)
  const needs = ranked.slice(0, mostShown)
  return { verdict: verdictOver(ranked), needs, more: ranked.length - needs.length }
}

/** The same with every entry, up to a bound. */
export function listFindings(all: readonly Finding[]): FindingList {
  const ranked = rank(all)
  const findings = ranked.slice(0, mostListed)
  return { verdict: verdictOver(ranked), findings, more: ranked.length - findings.length }
}

function rank(findings: readonly Finding[]): Finding[] {
  return onePerCause(findings).sort(byEffect)
}

function verdictOver(ranked: readonly Finding[]): VerdictReport['verdict'] {
  const critical = ranked.filter((finding) => finding.severity === 'critical').length
  const facts = { critical, warnings: ranked.length - critical }
  return { id: ranked.length === 0 ? 'all-fine' : critical === 0 ? 'watch' : 'needs-attention', facts }
}

function onePerCause(findings: readonly Finding[]): Finding[] {
  const kept = new Map<string, Finding>()
  for (const [at, finding] of findings.entries()) {
    const key = causeKey(finding, at)
    const other = kept.get(key)
    if (other === undefined || isNearerCause(finding, other)) kept.set(key, finding)
  }
  return [...kept.values()]
}

function causeKey({ rule, object, facts }: Finding, at: number): string {
  const group = causes.findIndex((rules) => rules.includes(rule))
  // Problems of a cluster come as one for each cause already.
  if (group < 0 && object.namespace !== undefined) return `${at}`
  return JSON.stringify([group < 0 ? rule : group, object.kind, object.name, groupMachine(object), facts.container])
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

/** The severe first, a cluster's before a machine's, then what reaches furthest, takes down most, is oldest. */
function byEffect(a: Finding, b: Finding): number {
  if (a.severity !== b.severity) return a.severity === 'critical' ? -1 : 1
  return (
    besides(a) - besides(b) ||
    reachOf(a) - reachOf(b) ||
    takesDown(b) - takesDown(a) ||
    age(a) - age(b) ||
    (a.object.name < b.object.name ? -1 : a.object.name > b.object.name ? 1 : 0)
  )
}

/** Beside a cluster the machine that watches it comes last: it is often a laptop. */
function besides({ object }: Finding): number {
  return object.namespace === undefined ? 1 : 0
}

function reachOf({ object }: Finding): number {
  return reach[object.kind] ?? reachOfWorkloads
}

function takesDown({ facts, object }: Finding): number {
  return object.namespace === undefined ? 0 : Number(facts.pods ?? 0)
}

/** Of a cluster's problems only: what is wrong with a machine is ranked by name. */
function age({ object, sinceMs }: Finding): number {
  return object.namespace === undefined ? 0 : (sinceMs ?? Number.MAX_SAFE_INTEGER)
}
