import { quote } from '#lib/model'
import type { Scope } from '#lib/storage'
import { ApiError, type Answer } from './error.ts'
import { type Entity, freeMatchers, metricAliases, modelMetrics } from './heapster-metrics.ts'
import type { ReadRequest } from './read-api.ts'

/** Heapster's model API, read only, from our own store: for clients that still speak it. Source: Heapster 1.5, docs/model.md. */

export interface HeapsterRequest {
  /** What follows `/api/v1/model/`, as it stands in the URL. */
  readonly path: string
  readonly start?: string
  readonly end?: string
  readonly labels?: string
  readonly scope: Scope
  readonly nowMs: number
}

export type HeapsterRead = (request: ReadRequest) => Promise<Answer>

interface MetricPoint {
  readonly timestamp: string
  readonly value: number
  readonly floatValue?: number
}

interface MetricResult {
  readonly metrics: readonly MetricPoint[]
  readonly latestTimestamp: string
}

const STEP_MS = 60_000
const LONG_MS = 15 * 60_000
const SHORT_MS = 140_000
const NEVER = '0001-01-01T00:00:00Z'
const NEWEST = 'container_memory_working_set_bytes'

/** The JSON text of an answer, or undefined where the model has no such path. */
export async function answerHeapster(request: HeapsterRequest, read: HeapsterRead): Promise<string | undefined> {
  const parts = request.path.replace(/\/+$/, '').split('/').map(decoded)
  const model = new Model(request, read)
  const answer = await model.answer(parts)
  if (answer === undefined) return undefined
  return parts[2] === 'pod-list' ? JSON.stringify(answer) : JSON.stringify(answer, undefined, 1)
}

/** `k1:v1,k2:v2`; throws for a pair without both. */
export function parseHeapsterLabels(text: string): Record<string, string> | undefined {
  if (text === '') return undefined
  const labels: Record<string, string> = {}
  for (const pair of text.split(',')) {
    const at = pair.indexOf(':')
    if (at <= 0 || at === pair.length - 1)
      throw new ApiError('bad_data', `${JSON.stringify(pair)} is not a label: write key:value,key:value`)
    labels[pair.slice(0, at)] = pair.slice(at + 1)
  }
  return labels
}

class Model {
  readonly #request: HeapsterRequest
  readonly #read: HeapsterRead

  constructor(request: HeapsterRequest, read: HeapsterRead) {
    this.#request = request
    this.#read = read
  }

  async answer(parts: readonly string[]): Promise<unknown> {
    const at = parts.findIndex((part, i) => part === 'metrics' && i % 2 === 0)
    const path = at < 0 ? parts : parts.slice(0, at)
    const metric = at < 0 ? undefined : parts.slice(at + 1).join('/')
    if (metric !== undefined && path[2] === 'pod-list') return this.#podList(path[1], path[3], metric)
    if (metric !== undefined) {
      const entity = entityOf(path)
      if (entity === undefined) return undefined
      return metric === '' ? this.#available(entity) : this.#metric(entity, metric)
    }
    return this.#list(path)
  }

  #list(path: readonly string[]): Promise<string[]> | undefined {
    const [first, a, second, b, third] = path
    const inNamespace = `namespace=${quote(a ?? '')}`
    switch ([first, second, third].filter((part) => part !== undefined).join('/')) {
      case 'nodes':
        return path.length === 1 ? this.#names('node', 'id="/",node!=""') : undefined
      case 'namespaces':
        return path.length === 1 ? this.#names('namespace', 'namespace!="",container!=""') : undefined
      case 'namespaces/pods':
        return path.length === 3 ? this.#names('pod', `container!="",${inNamespace}`) : undefined
      case 'namespaces/pods/containers':
        return this.#names('container', `container!="",${inNamespace},pod=${quote(b)}`)
      case 'nodes/freecontainers':
        return path.length === 3 ? this.#freeContainers(a) : undefined
      case 'debug':
        return a === 'allkeys' ? this.#allKeys() : undefined
      default:
        return undefined
    }
  }

  async #names(label: string, matchers: string): Promise<string[]> {
    const found = await this.#instant(`group by (${label}) (${NEWEST}{${matchers}})`)
    return found.map(({ metric }) => metric[label]).sort()
  }

  async #freeContainers(node: string): Promise<string[]> {
    const found = await this.#instant(`group by (id) (${NEWEST}{${freeMatchers},node=${quote(node)}})`)
    return found.flatMap(({ metric }) => freeName(metric.id) ?? []).sort()
  }

  async #allKeys(): Promise<string[]> {
    const pods = await this.#instant(`group by (namespace, pod, container) (${NEWEST}{container!="",namespace!=""})`)
    const nodes = await this.#names('node', 'id="/",node!=""')
    const keys = new Set(['cluster', ...nodes.map((node) => `node:${node}`)])
    for (const { metric } of pods) {
      const pod = `namespace:${metric.namespace}/pod:${metric.pod}`
      keys.add(`namespace:${metric.namespace}`).add(pod).add(`${pod}/container:${metric.container}`)
    }
    for (const node of nodes)
      for (const name of await this.#freeContainers(node)) keys.add(`node:${node}/container:${name}`)
    return [...keys].sort()
  }

  async #available(entity: Entity): Promise<string[]> {
    const names = Object.keys(modelMetrics).filter((name) => modelMetrics[name].on.includes(entity.kind))
    const found = await Promise.all(
      names.map(async (name) => (await this.#instant(modelMetrics[name].expr(entity, {}))).length > 0),
    )
    return names.filter((_, i) => found[i])
  }

  async #podList(namespace: string, pods: string, metric: string): Promise<{ items: MetricResult[] }> {
    const entities = pods.split(',').map((pod): Entity => ({ kind: 'pod', namespace, pod }))
    return { items: await Promise.all(entities.map((entity) => this.#metric(entity, metric))) }
  }

  async #metric(entity: Entity, asked: string): Promise<MetricResult> {
    const { nowMs, start, end, labels } = this.#request
    const selected = parseHeapsterLabels(labels ?? '') ?? {}
    const startMs = timeOf('start', start, 0)
    const endMs = Math.min(timeOf('end', end, nowMs), nowMs)
    const name = metricAliases[asked] ?? asked
    const metric = Object.hasOwn(modelMetrics, name) ? modelMetrics[name] : undefined
    if (metric === undefined || !metric.on.includes(entity.kind)) return resultOf([], false)
    const kept = start === undefined ? nowMs - (metric.isLong ? LONG_MS : SHORT_MS) : startMs
    return resultOf(await this.#range(metric.expr(entity, selected), kept, endMs), metric.isFloat)
  }

  /** Points at whole minutes. */
  async #range(expr: string, startMs: number, endMs: number): Promise<[number, string][]> {
    const from = Math.ceil(startMs / STEP_MS) * STEP_MS
    const most = Math.floor((endMs - from) / STEP_MS)
    if (most < 0) return []
    // The first points of too long a range are left out: that is what a store that forgets would answer.
    const first = most >= 10_000 ? from + (most - 9_999) * STEP_MS : from
    const params = { query: [expr], start: [String(first / 1000)], end: [String(endMs / 1000)], step: ['60'] }
    const found = await this.#ask<{ values: [number, string][] }>('query_range', params)
    return found[0]?.values ?? []
  }

  async #instant(expr: string): Promise<{ metric: Record<string, string> }[]> {
    return this.#ask('query', { query: [expr], time: [String(this.#request.nowMs / 1000)] })
  }

  async #ask<T>(endpoint: 'query' | 'query_range', params: Record<string, string[]>): Promise<T[]> {
    const { scope, nowMs } = this.#request
    const { body } = await this.#read({ endpoint, params, scope, nowMs })
    const json = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')) as {
      error?: string
      data?: { result: T[] }
    }
    if (json.data === undefined) throw new ApiError('internal', json.error ?? 'the query failed')
    return json.data.result
  }
}

/** What a path without its `metrics/…` names. */
function entityOf(path: readonly string[]): Entity | undefined {
  const [first, a, second, b, third, c] = path
  if (path.length === 0) return { kind: 'cluster' }
  if (first === 'nodes' && path.length === 2) return { kind: 'node', node: a }
  if (first === 'nodes' && second === 'freecontainers' && path.length === 4)
    return { kind: 'free', node: a, container: b }
  if (first !== 'namespaces') return undefined
  if (path.length === 2) return { kind: 'namespace', namespace: a }
  if (second === 'pods' && path.length === 4) return { kind: 'pod', namespace: a, pod: b }
  if (second === 'pods' && third === 'containers' && path.length === 6)
    return { kind: 'container', namespace: a, pod: b, container: c }
  return undefined
}

function freeName(id: string): string | undefined {
  return /^(?:\/system\.slice)?\/([^/]+?)(?:\.service)?$/.exec(id)?.[1]
}

function timeOf(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined || text === '') return otherwise
  const ms = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (Number.isNaN(ms))
    throw new ApiError('bad_data', `${name}: ${JSON.stringify(text)} is not a time as RFC 3339 writes it`)
  return ms
}

function resultOf(values: readonly (readonly [number, string])[], isFloat: boolean): MetricResult {
  const metrics = values.map(([seconds, text]) => point(seconds * 1000, Number(text), isFloat))
  return { metrics, latestTimestamp: metrics.at(-1)?.timestamp ?? NEVER }
}

function point(timeMs: number, value: number, isFloat: boolean): MetricPoint {
  const timestamp = new Date(timeMs).toISOString().replace('.000Z', 'Z')
  // Cut off as Heapster does; but 499.99999999999994 is 500 that was computed in fractions.
  const whole = { timestamp, value: Math.max(0, Math.trunc(Number(value.toPrecision(12)))) || 0 }
  return isFloat ? { ...whole, floatValue: value } : whole
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (error) {
    throw new ApiError('bad_data', `${JSON.stringify(part)} is not a part of a path: ${(error as Error).message}`)
  }
}
