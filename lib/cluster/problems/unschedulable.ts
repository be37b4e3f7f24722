import type { NodeRecord, PodRecord } from '../records.ts'
import { condition, selects, type Context } from './context.ts'
import { nearest } from './nearest.ts'
import type { Facts, PodFinding } from './pod-finding.ts'
import { parseSchedulerMessage, type ReasonKind, type SchedulerMessage } from './scheduler-message.ts'
import { clip, few } from './text.ts'
import { graceMs } from './thresholds.ts'

/** A pod for which there is no node: what it asks, against the most that any node has free. */
export function findUnschedulable(pod: PodRecord, context: Context): PodFinding | undefined {
  if (pod.node !== '' || pod.phase !== 'Pending') return undefined
  const scheduled = condition(pod, 'PodScheduled')
  if (scheduled === undefined) return findUnseen(pod, context)
  if (scheduled.status === 'True' || scheduled.reason === 'SchedulingGated') return undefined
  const sinceMs = scheduled.sinceMs || pod.createdMs
  if (!context.isOver(sinceMs, graceMs.scheduling)) return undefined
  const message = parseSchedulerMessage(scheduled.message)
  return (
    claimFinding(pod, message, sinceMs) ?? {
      rule: 'pod-unschedulable',
      severity: 'critical',
      cause: message.reasons.map((one) => `${one.kind} ${one.detail}`).join(),
      facts: { nodes: message.nodes, ...countFacts(message) },
      more: () => reasonFacts(pod, message, context),
      sinceMs,
    }
  )
}

/** No scheduler has said a word: none runs, or none has the name that the pod asks for. */
function findUnseen(pod: PodRecord, context: Context): PodFinding | undefined {
  if (!context.isOver(pod.createdMs, graceMs.schedulerSilent)) return undefined
  return { rule: 'pod-unseen', severity: 'critical', cause: '', facts: {}, sinceMs: pod.createdMs }
}

/** A claim that is missing, or must be bound first, is the cause: the claim's own problem stands for the pod. */
function claimFinding(pod: PodRecord, { rest, reasons }: SchedulerMessage, sinceMs: number): PodFinding | undefined {
  const missing = /persistentvolumeclaim "([^"]+)" not found/.exec(rest)?.[1]
  if (missing !== undefined) {
    const facts = { claim: missing }
    return { rule: 'pod-claim-missing', severity: 'critical', cause: missing, facts, sinceMs }
  }
  const unbound = /unbound immediate PersistentVolumeClaims/.test(rest)
  if (!unbound && !reasons.some((one) => one.kind === 'volume-free')) return undefined
  return { rule: 'waits-for-claim', severity: 'critical', cause: pod.claims.join(), facts: {}, sinceMs }
}

function reasonFacts(pod: PodRecord, message: SchedulerMessage, context: Context): Facts {
  const has = (kind: ReasonKind) => message.reasons.some((one) => one.kind === kind)
  return {
    ...(has('insufficient') || has('too-many-pods') ? shortFacts(pod, message, context) : {}),
    ...(has('taint') ? { taints: taintsOf(message, context) } : {}),
    ...(has('selector') ? selectorFacts(pod, context) : {}),
    ...(has('volume-place') ? placeFacts(pod, context) : {}),
    message: clip(
      [message.rest, ...message.reasons.filter((one) => one.kind === 'other').map((one) => one.detail)]
        .filter(Boolean)
        .join('; '),
    ),
  }
}

/** `taintNodes: 2`, `selectorNodes: 1` …: how many nodes each reason rules out. */
function countFacts({ reasons }: SchedulerMessage): Facts {
  const facts: Record<string, number> = {}
  for (const { kind, nodes } of reasons) {
    const name = `${kind.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Nodes`
    facts[name] = Math.max(facts[name] ?? 0, nodes)
  }
  return facts
}

const amounts = { cpu: 'cpu', memory: 'memory', 'ephemeral-storage': 'ephemeralStorage' } as const

/** What the pod asks of the resource that is short, the nodes with the most of it free, and the largest node there is. */
function shortFacts(pod: PodRecord, { reasons }: SchedulerMessage, context: Context): Facts {
  const resource = reasons.find((one) => one.kind === 'insufficient')?.detail ?? 'pods'
  const key = resource === 'pods' ? 'pods' : amounts[resource as keyof typeof amounts]
  if (key === undefined) return { short: resource }
  const nodes = fittingNodes(pod, reasons, context)
  const free = nodes
    .map((node) => ({ name: node.name, free: Math.max(0, context.free.get(node.name)?.[key] ?? 0) }))
    .toSorted((a, b) => b.free - a.free)
  const facts: Record<string, string | number> = {
    short: resource,
    asks: key === 'pods' ? 1 : (pod.requested[key] ?? 0),
  }
  // Where all are ruled out now, as by a cordon after the scheduler spoke, the size of any is worth telling.
  const sized = nodes.length > 0 ? nodes : [...context.records.nodes.values()]
  facts.largest = Math.max(0, ...sized.map((node) => node.allocatable[key] ?? 0))
  for (const [at, one] of free.slice(0, 3).entries())
    Object.assign(facts, { [`node${at}`]: one.name, [`free${at}`]: one.free })
  return facts
}

/** The nodes that are not ruled out besides: by a cordon, a taint or a label. */
function fittingNodes(pod: PodRecord, reasons: SchedulerMessage['reasons'], context: Context): NodeRecord[] {
  const kinds = new Set(reasons.map((one) => one.kind))
  return [...context.records.nodes.values()].filter(
    (node) =>
      !node.unschedulable &&
      !context.lost.has(node.name) &&
      !(kinds.has('taint') && node.taints.some((one) => one.effect !== 'PreferNoSchedule')) &&
      !(kinds.has('selector') && !selects(pod.nodeSelector, node.labels)),
  )
}

/** The taints as told, or, where the scheduler counts them only, those that nodes have. */
function taintsOf({ reasons }: SchedulerMessage, { records }: Context): string {
  const told = reasons.filter((one) => one.kind === 'taint' && one.detail.includes(':')).map((one) => one.detail)
  if (told.length > 0)
    return few(
      told.map((taint) =>
        taint
          .replace(/: $|:$/, '')
          .replace(': ', '=')
          .trim(),
      ),
    )
  const keep = [...records.nodes.values()]
    .flatMap((node) => node.taints)
    .filter((one) => one.effect !== 'PreferNoSchedule')
  return few(keep.map(({ key, value, effect }) => `${key}${value === '' ? '' : `=${value}`}:${effect}`))
}

/** The label of its node selector that no node has, and the nearest that one has. */
function selectorFacts(pod: PodRecord, { records }: Context): Facts {
  const nodes = [...records.nodes.values()]
  for (const [key, value] of Object.entries(pod.nodeSelector)) {
    if (nodes.some((node) => node.labels[key] === value)) continue
    return { selector: `${key}=${value}`, nearest: nearestLabel(key, value, nodes) }
  }
  const selector = few(Object.entries(pod.nodeSelector).map(([key, value]) => `${key}=${value}`))
  return { selector, nearest: '' }
}

function nearestLabel(key: string, value: string, nodes: readonly NodeRecord[]): string {
  const values = nodes.map((node) => node.labels[key]).filter((one) => one !== undefined)
  if (values.length > 0) return `${key}=${nearest(value, values) ?? values[0]}`
  const other = nearest(key, new Set(nodes.flatMap((node) => Object.keys(node.labels))))
  const found = other === undefined ? undefined : nodes.find((node) => node.labels[other] !== undefined)
  return found && other !== undefined ? `${other}=${found.labels[other]}` : ''
}

/** Where the pod's volumes are, and where the nodes are. */
function placeFacts(pod: PodRecord, { records }: Context): Facts {
  for (const name of pod.claims) {
    const claim = records.claims.get(`${pod.namespace}/${name}`)
    const volume = claim && records.volumes.get(claim.volume)
    if (volume === undefined) continue
    const nodeZones = [...records.nodes.values()].map((node) => node.zone).filter(Boolean)
    return { claim: name, volume: volume.name, zones: few(volume.zones), nodeZones: few(nodeZones) }
  }
  return { claim: few(pod.claims), volume: '', zones: '', nodeZones: '' }
}
