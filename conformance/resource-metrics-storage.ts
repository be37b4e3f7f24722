import { isDeepStrictEqual } from 'node:util'
import { FigureStore, parseExactQuantity, quantityText, type Usage } from '#lib/resource-metrics'
import type { Report } from './suite.ts'

/** Times of the cases are seconds from here. */
const T0_MS = Date.parse('2026-01-01T00:00:00Z')
const RESOLUTION_MS = 60_000

interface StoredPoint {
  readonly start: number | null
  readonly ts: number
  readonly cpu: string
  readonly mem: string
}

interface Stored {
  readonly nodes: Readonly<Record<string, StoredPoint>>
  readonly pods: Readonly<Record<string, Readonly<Record<string, StoredPoint>>>>
}

interface Step {
  readonly store?: Stored
  readonly getNodes?: readonly string[]
  readonly getPods?: readonly string[]
  readonly want?: readonly unknown[]
  readonly selfMetrics?: string
  readonly nodeReady?: boolean
  readonly podReady?: boolean
  readonly ready?: boolean
}

interface StorageCase {
  readonly id: string
  readonly steps: readonly Step[]
}

/** Steps are told as kubelets would tell them, so that reading and keeping are tried together. */
export function runStorage({ cases }: { readonly cases: readonly StorageCase[] }, report: Report): void {
  for (const { id, steps } of cases) {
    const tried = new Tried()
    const wrong = steps.map((step) => tried.step(step)).find((one) => one !== undefined)
    if (wrong === undefined) report.pass(id)
    else report.fail(id, wrong.expected, wrong.actual)
  }
}

/** What a node's figures are after two readings; times in ms from the cases' start. */
export function usageAfter(prev: StoredPoint, last: StoredPoint): object {
  const tried = new Tried()
  for (const point of [prev, last]) tried.step({ store: { nodes: { n: point }, pods: {} } })
  const { timestampMs = 0, windowNs = 0, usage = {} } = tried.store.node('n') ?? {}
  return { ...canonical(usage), timestampMs: timestampMs - T0_MS, windowMs: windowNs / 1e6 }
}

class Tried {
  readonly store = new FigureStore(RESOLUTION_MS)
  #nodes = new Set<string>()
  #hasStored = false

  /** What was expected and what came instead; undefined where they are equal. */
  step(step: Step): { expected: unknown; actual: unknown } | undefined {
    if (step.store !== undefined) this.#take(step.store)
    const pairs: [unknown, unknown][] = []
    const { nodes, containers } = this.store.points()
    if (step.getNodes) pairs.push([step.want, step.getNodes.flatMap((name) => this.#node(name))])
    if (step.getPods) pairs.push([sorted(step.want ?? []), sorted(step.getPods.flatMap((name) => this.#pod(name)))])
    if (step.selfMetrics !== undefined) pairs.push([step.selfMetrics, this.#selfMetrics()])
    if (step.nodeReady !== undefined) pairs.push([step.nodeReady, nodes > 0])
    if (step.podReady !== undefined) pairs.push([step.podReady, containers > 0])
    if (step.ready !== undefined) pairs.push([step.ready, nodes > 0 && containers > 0])
    const wrong = pairs.find(([expected, actual]) => !isDeepStrictEqual(expected, actual))
    return wrong && { expected: wrong[0], actual: wrong[1] }
  }

  #take({ nodes, pods }: Stored): void {
    this.#hasStored = true
    for (const name of this.#nodes) if (!(name in nodes)) this.store.drop(name)
    this.#nodes = new Set(Object.keys(nodes))
    for (const [name, point] of Object.entries(nodes))
      this.store.kubelet(name).take(bodyOf(lines('node', '', point)), 0)
    const ofPods = Object.entries(pods).flatMap(([pod, containers]) => {
      const [namespace, name] = pod.split('/')
      return Object.entries(containers).flatMap(([container, point]) =>
        lines('container', `{container="${container}",namespace="${namespace}",pod="${name}"}`, point),
      )
    })
    this.store.kubelet('').take(bodyOf(ofPods), 0)
  }

  #node(name: string): object[] {
    const found = this.store.node(name)
    if (found === undefined) return []
    return [{ name, ...timeOf(found), usage: canonical(found.usage) }]
  }

  #pod(key: string): object[] {
    const [namespace, name] = key.split('/')
    const found = this.store.pod(namespace, name)
    if (found === undefined) return []
    const containers = found.containers.map((one) => ({ name: one.name, usage: canonical(one.usage) }))
    return [{ name: key, ...timeOf(found), containers }]
  }

  #selfMetrics(): string {
    if (!this.#hasStored) return ''
    const { nodes, containers } = this.store.points()
    return `metrics_server_storage_points{type="container"} ${containers}\nmetrics_server_storage_points{type="node"} ${nodes}`
  }
}

function timeOf({ timestampMs, windowNs }: { readonly timestampMs: number; readonly windowNs: number }): object {
  if (timestampMs === 0) return { timestamp: null, window: null }
  return { timestamp: (timestampMs - T0_MS) / 1000, window: windowNs / 1e9 }
}

function canonical(usage: Usage): Usage {
  return Object.fromEntries(Object.entries(usage).map(([name, text]) => [name, quantityText(parseExactQuantity(text))]))
}

function lines(of: 'node' | 'container', labels: string, { start, ts, cpu, mem }: StoredPoint): string[] {
  const time = T0_MS + ts * 1000
  const started =
    start === null || of === 'node' ? [] : [`container_start_time_seconds${labels} ${T0_MS / 1000 + start} ${time}`]
  return [
    `${of}_cpu_usage_seconds_total${labels} ${secondsText(cpu)} ${time}`,
    `${of}_memory_working_set_bytes${labels} ${mem} ${time}`,
    ...started,
  ]
}

/** Billionths as seconds, without going through a double. */
function secondsText(nanoseconds: string): string {
  const digits = nanoseconds.padStart(10, '0')
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`
}

function bodyOf(all: readonly string[]): Uint8Array {
  return Buffer.from(`${all.join('\n')}\n`)
}

function sorted(pods: readonly unknown[]): unknown {
  return (pods as readonly { containers: readonly { name: string }[] }[]).map((pod) => ({
    ...pod,
    containers: pod.containers.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  }))
}
