import { createHash } from 'node:crypto'
import { type KubeApi, post } from '#lib/kube'
import { Registry, type TelemetryFamily } from '#lib/telemetry'
import { cut, type MissingFigures, nameOf } from './missing.ts'

/** What events are made with. */
export interface EventsOptions {
  readonly api: KubeApi
  /** This replica. */
  readonly instance: string
  readonly now: () => number
  /** The UID of a node, where it is known. */
  readonly nodeUid?: (node: string) => string | undefined
}

/** Everything that one node misses for one reason. */
interface Group {
  readonly node: string
  readonly reason: string
  readonly first: MissingFigures
  count: number
}

const HOUR_MS = 3_600_000
/** Events of nodes, which have no namespace, are in this one. */
const PATH = '/api/v1/namespaces/default/events'
/** As the API server allows. */
const MOST_LETTERS = 1000
/** What is left over is told by the next looks: a cluster without its network is no reason to flood the API server. */
const AT_ONCE = 20
const MOST_KNOWN = 10_000

/** One event per node and reason an hour for what has no figures; replicas that tell the same use the same name. */
export class MissingEvents {
  readonly #options: EventsOptions
  readonly #registry = new Registry()
  readonly #told = new Map<string, number>()
  readonly #events = this.#registry.counter(
    'binnacle_metrics_api_events_total',
    'Events about nodes whose figures are missing; known: another replica had told it.',
  )

  constructor(options: EventsOptions) {
    this.#options = options
  }

  /** Tells what was not told within the hour. */
  async look(missing: Iterable<MissingFigures>, signal?: AbortSignal): Promise<void> {
    const now = this.#options.now()
    this.#forget(now)
    const due = [...groups(missing).entries()].filter(([key]) => !this.#told.has(key)).slice(0, AT_ONCE)
    for (const [key, group] of due) {
      const isNew = await post(this.#options.api, PATH, this.#eventOf(group, now), signal)
      this.#told.set(key, now)
      this.#events.add(1, 'result', isNew ? 'told' : 'known')
    }
  }

  families(): TelemetryFamily[] {
    return this.#registry.collect()
  }

  /** What is an hour old, and the oldest of too many. */
  #forget(now: number): void {
    for (const [key, toldMs] of this.#told)
      if (now - toldMs >= HOUR_MS || this.#told.size > MOST_KNOWN) this.#told.delete(key)
  }

  #eventOf({ node, reason, first, count }: Group, now: number) {
    const more = count === 1 ? '' : ` (and ${count - 1} more)`
    const uid = this.#options.nodeUid?.(node) ?? node
    const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName(node, reason, now), namespace: 'default' },
      involvedObject: { apiVersion: 'v1', kind: 'Node', name: node, uid },
      type: 'Warning',
      reason: eventReason(reason),
      message: cut(`${nameOf(first)} has no figures${more}: ${first.text}`, MOST_LETTERS),
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      source: { component: 'binnacle-metrics-api' },
      reportingComponent: 'binnacle/metrics-api',
      reportingInstance: cut(this.#options.instance, 128),
    }
  }
}

/** Pods that run on no node are told by their own events. */
function groups(missing: Iterable<MissingFigures>): Map<string, Group> {
  const found = new Map<string, Group>()
  for (const one of missing) {
    if (one.isExpected === true || one.node === '') continue
    const key = `${one.node} ${one.reason}`
    const group = found.get(key)
    if (group === undefined) found.set(key, { node: one.node, reason: one.reason, first: one, count: 1 })
    else group.count++
  }
  return found
}

/** The same for all replicas within an hour, and a DNS name however long the node's is. */
function eventName(node: string, reason: string, now: number): string {
  const hash = createHash('sha256')
    .update(`${node} ${reason} ${Math.floor(now / HOUR_MS)}`)
    .digest('hex')
  return `${node.slice(0, 200).replace(/[^a-z0-9]+$/, '')}.${hash.slice(0, 16)}`
}

/** `kubelet-unreachable` as events write it: `KubeletUnreachable`. */
function eventReason(reason: string): string {
  const words = reason.split(/[^A-Za-z0-9]+/).filter(Boolean)
  return cut(words.map((word) => word[0].toUpperCase() + word.slice(1)).join(''), 128)
}
