import {
  answerResourceMetrics,
  type ListedObject,
  type NodeFigures,
  type PodFigures,
  type ResourceMetricsSource,
  type Usage,
} from '#lib/resource-metrics'
import type { Report } from './suite.ts'
import { compare } from './tally.ts'

const ROOT = '/apis/metrics.k8s.io/v1beta1'
const VERSION = { version: '0.0.0', revision: '', built: '', node: '' }
const NOW_MS = Date.parse('2026-09-01T12:00:00Z')

type Labels = Readonly<Record<string, string>>

interface Container {
  readonly name: string
  readonly usage: Usage
}

interface Fixture {
  readonly nodes: readonly { name: string; labels: Labels | null; usage: Usage | null; windowNs?: number }[]
  readonly pods: readonly {
    namespace: string
    name: string
    labels: Labels | null
    windowNs?: number
    containers: readonly Container[] | null
  }[]
}

interface ApiCase {
  readonly id: string
  readonly resource: 'nodes' | 'pods'
  readonly verb: 'list' | 'get' | 'table'
  readonly query?: Readonly<Record<string, string>>
  readonly get?: string
  readonly namespace?: string
  readonly listerError?: boolean
  readonly wantNames?: readonly string[]
  readonly wantError?: boolean
  readonly wantStatus?: number
  readonly wantColumns?: readonly string[]
  readonly wantRows?: readonly (readonly string[])[]
}

/** Lists, single objects and tables of a fixture. */
export function runApi(
  { fixture, cases }: { readonly fixture: Fixture; readonly cases: readonly ApiCase[] },
  report: Report,
): void {
  const source = new Fake()
  for (const { name, labels, usage, windowNs = 0 } of fixture.nodes)
    source.addNode({ name, namespace: '', labels: labels ?? {} }, usage && { timestampMs: NOW_MS, windowNs, usage })
  for (const { name, namespace, labels, containers, windowNs = 0 } of fixture.pods) {
    const figures = containers && { timestampMs: NOW_MS, windowNs, containers }
    source.addPod({ name, namespace, labels: labels ?? {} }, figures)
  }
  for (const one of cases) runCase(one, source, report)
}

function runCase(one: ApiCase, source: Fake, report: Report): void {
  const { id, resource, verb, query = {}, get, namespace = '' } = one
  const below = namespace === '' ? resource : `namespaces/${namespace}/${resource}`
  const accept = verb === 'table' ? 'application/json;as=Table;g=meta.k8s.io;v=v1' : 'application/json'
  const answer = ask(source.source(one.listerError), get === undefined ? below : pathOf(resource, get), query, accept)
  if (verb === 'get') return compare(report, id, one.wantStatus, answer.status)
  if (one.wantError) return compare(report, id, true, answer.status >= 400)
  const value = answer.value as {
    items?: Named[]
    columnDefinitions?: { name: string }[]
    rows?: { cells: string[] }[]
  }
  if (verb === 'list') return compare(report, id, one.wantNames, value.items?.map(nameOf))
  const actual = {
    columns: value.columnDefinitions?.map(({ name }) => name),
    rows: value.rows?.map(({ cells }) => cells),
  }
  compare(report, id, { columns: one.wantColumns, rows: one.wantRows }, actual)
}

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

function nameOf({ metadata }: Named): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`
}

function pathOf(resource: 'nodes' | 'pods', get: string): string {
  const [namespace, name] = get.split('/')
  return resource === 'nodes' ? `nodes/${get}` : `namespaces/${namespace}/pods/${name}`
}

function ask(source: ResourceMetricsSource, below: string, query: Readonly<Record<string, string>>, accept: string) {
  const request = {
    method: 'GET',
    path: `${ROOT}/${below}`,
    query: new URLSearchParams(query),
    accept,
    ifNoneMatch: '',
  }
  const { status, body } = answerResourceMetrics(request, source)
  return { status, value: JSON.parse([...body].join('')) as unknown }
}

interface Sample {
  readonly GET: string
  readonly accept?: string
  readonly status?: number
  readonly response: unknown
}

interface MetricsObject {
  readonly kind?: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels }
  readonly timestamp: string
  readonly window: string
  readonly usage?: Usage
  readonly containers?: readonly Container[]
}

/** Whole answers: what they tell of is what there is. */
export function runSamples({ requests }: { readonly requests: readonly Sample[] }, report: Report): void {
  const source = new Fake()
  for (const { response } of requests) for (const one of objectsIn(response)) source.addObject(one)
  for (const { GET, accept = 'application/json', status = 200, response } of requests) {
    const url = new URL(GET, 'https://localhost')
    const request = { method: 'GET', path: url.pathname, query: url.searchParams, accept, ifNoneMatch: '' }
    const answer = answerResourceMetrics(request, source.source())
    const actual = { status: answer.status, response: JSON.parse([...answer.body].join('')) as unknown }
    compare(report, `sample ${GET} ${accept}`, { status, response }, actual)
  }
}

function objectsIn(value: unknown): MetricsObject[] {
  if (typeof value !== 'object' || value === null) return []
  if ('timestamp' in value && 'window' in value) return [value as MetricsObject]
  return Object.values(value).flatMap(objectsIn)
}

/** Nodes and pods of a case. */
class Fake {
  readonly #objects = { nodes: new Map<string, ListedObject>(), pods: new Map<string, ListedObject>() }
  readonly #nodes = new Map<string, NodeFigures>()
  readonly #pods = new Map<string, PodFigures>()

  addNode(object: ListedObject, figures: NodeFigures | null): void {
    this.#objects.nodes.set(object.name, object)
    if (figures !== null) this.#nodes.set(object.name, figures)
  }

  addPod(object: ListedObject, figures: PodFigures | null): void {
    const key = `${object.namespace}/${object.name}`
    this.#objects.pods.set(key, object)
    if (figures !== null) this.#pods.set(key, figures)
  }

  addObject({ metadata, timestamp, window, usage, containers }: MetricsObject): void {
    const { name, namespace = '', labels = {} } = metadata
    const time = { timestampMs: Date.parse(timestamp), windowNs: Math.round(Number.parseFloat(window) * 1e9) }
    if (usage !== undefined) this.addNode({ name, namespace, labels }, { ...time, usage })
    if (containers !== undefined) this.addPod({ name, namespace, labels }, { ...time, containers })
  }

  source(fails = false): ResourceMetricsSource {
    const listed = <T>(objects: Iterable<T>): Iterable<T> => {
      if (fails) throw new Error('the list cannot be had')
      return objects
    }
    const { nodes, pods } = this.#objects
    const inNamespace = (namespace: string) =>
      [...pods.values()].filter((pod) => namespace === '' || pod.namespace === namespace)
    return {
      figures: {
        node: (name) => this.#nodes.get(name),
        pod: (namespace, name) => this.#pods.get(`${namespace}/${name}`),
      },
      objects: {
        nodes: () => listed(nodes.values()),
        pods: (namespace) => listed(inNamespace(namespace)),
        node: (name) => nodes.get(name),
        pod: (namespace, name) => pods.get(`${namespace}/${name}`),
      },
      nowMs: NOW_MS,
      version: VERSION,
    }
  }
}
