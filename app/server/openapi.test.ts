import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { ReadApi, type ReadRequest } from '#lib/api'
import { counterResetHint, Labels } from '#lib/model'
import { Engine, MemoryStorage } from '#lib/promql'
import { everything } from '#lib/storage'
import type { ServerOptions } from './options.ts'
import { statusRoutes } from './prometheus-status.ts'

const folder = process.env.BINNACLE_CONFORMANCE ?? join(import.meta.dirname, '../../../shared/conformance')
const file = join(folder, 'api/openapi-3.1.yaml')
const skip = !existsSync(file) && `there is no ${file}`

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
}

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
  readonly paths: Readonly<
    Record<string, { get: { responses: { '200': { content: { 'application/json': { schema: Schema } } } } } }>
  >
}

const document = skip ? undefined : (parse(readFileSync(file, 'utf8')) as Document)

/** What of a value contradicts a schema: as much of JSON Schema as the document uses for answers. */
function mistakes(value: unknown, schema: Schema, path: string): string[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return mistakes(value, document?.components.schemas[name] ?? {}, path)
  }
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) {
    const all = choices.map((choice) => mistakes(value, choice, path))
    return all.some((list) => list.length === 0) ? [] : all.flat()
  }
  if (schema.enum && !schema.enum.includes(value)) return [`${path}: not one of ${schema.enum.join(', ')}`]
  if (schema.type !== undefined && !hasType(value, schema.type)) return [`${path}: not of type ${schema.type}`]
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? value.flatMap((item, i) => mistakes(item, items, `${path}[${i}]`)) : []
  }
  return typeof value === 'object' && value !== null ? memberMistakes(value, schema, path) : []
}

function memberMistakes(value: object, schema: Schema, path: string): string[] {
  const { properties = {}, required = [], additionalProperties: others } = schema
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${path}.${name}: missing`)
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    if (Object.hasOwn(properties, name)) return mistakes(member, properties[name], `${path}.${name}`)
    if (others === false) return [`${path}.${name}: not in the schema`]
    return typeof others === 'object' ? mistakes(member, others, `${path}.${name}`) : []
  })
  return [...missing, ...wrong]
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}

function agrees(path: string, answer: unknown): void {
  const schema = document?.paths[path]?.get.responses['200'].content['application/json'].schema
  assert.ok(schema, `${path} is not in the document`)
  // What goes over the wire: members that are undefined are not there.
  assert.deepEqual(mistakes(JSON.parse(JSON.stringify(answer)), schema, path), [])
}

const options: ServerOptions = {
  local: false,
  configFile: undefined,
  storagePath: './data',
  retentionTime: '15d',
  retentionSize: '0',
  retentionPercentage: 0,
  minBlockDuration: '2h',
  maxBlockDuration: '',
  enableAdminApi: false,
  listenAddress: '127.0.0.1:0',
  hostNames: [],
  auth: 'none',
  tlsCertFile: '',
  tlsKeyFile: '',
  tlsSelfSigned: false,
  ephemeral: false,
  scrapeInterval: '15s',
  queryTimeout: '2m',
  queryMaxConcurrency: 1,
  queryMaxQueued: 1,
  queryMaxSamples: 1,
  queryMaxMemory: '',
  queryLookbackDelta: '5m',
  features: [],
  maxSeries: 0,
  dockerSocket: '',
  cluster: {
    isWanted: false,
    kubeconfig: undefined,
    context: undefined,
    namespaces: [],
    scrapeConfigNamespaces: [],
    intervalMs: 10_000,
    namespaceTargetLimit: 0,
    namespaceSampleLimit: 0,
    stateFromPods: false,
    pinsConfigMap: '',
  },
  logLevel: 'info',
  logFormat: 'json',
  collectorFlags: {},
  flags: { 'config.file': '' },
  version: { version: '1', revision: 'r', built: 'b', node: '26' },
}

const target = {
  id: '1',
  scrapePool: 'a',
  discoveredLabels: { __address__: 'a:1' },
  labels: { job: 'a' },
  scrapeUrl: 'http://a:1/metrics',
  globalUrl: 'http://a:1/metrics',
  health: 'up' as const,
  lastError: '',
  warning: '',
  lastScrapeMs: 1,
  lastDurationMs: 2,
  intervalMs: 15_000,
  timeoutMs: 10_000,
  samples: 1,
  kept: 1,
  added: 1,
  bodyBytes: 1,
}

const merged = {
  version: 1,
  ulid: 'C',
  minTimeMs: 0,
  maxTimeMs: 9,
  series: 1,
  samples: 2,
  chunks: 1,
  bytes: 99,
  level: 2,
  sources: ['A', 'B'],
  parents: [{ ulid: 'A', minTimeMs: 0, maxTimeMs: 9, tombstones: 0 }],
}
const top = [{ name: 'a', value: 1 }]
const routes = statusRoutes({
  options,
  startedMs: 0,
  config: () => '',
  targets: {
    active: async () => [target, { ...target, health: 'unknown' as const, lastScrapeMs: 0 }],
    dropped: async () => [
      {
        pool: 'a',
        source: '0',
        discoveredLabels: { __address__: 'b:1' },
        reason: { id: 'relabelled-away', facts: { rule: 0 } },
      },
    ],
    droppedCounts: () => ({ a: 1 }),
    poolNames: () => ['a'],
  },
  stats: async () => ({
    series: 1,
    chunks: 1,
    samplesAppended: 1,
    refused: {},
    minTimeMs: 0,
    maxTimeMs: 1,
    bytes: {},
    blocks: 0,
    flushes: 0,
    blockCounts: {
      compactions: 0,
      overlapping: 0,
      compactionFailures: 0,
      compactionSeconds: 0,
      deleted: { time: 0, size: 0, percentage: 0 },
    },
    corruptions: 0,
    damaged: [],
    failure: '',
    failures: { log: 0, sync: 0, block: 0, retention: 0, rotate: 0, compaction: 0, removal: 0 },
    isWriting: true,
  }),
  blocks: async () => [{ meta: merged, deletedSeries: 1 }],
  cardinality: async () => ({ names: top, labels: top, labelBytes: top, pairs: top, labelPairs: 1 }),
})

test('openapi: status and targets answer as Prometheus’ own document says, no more and no less', { skip }, async () => {
  for (const [path, answer] of Object.entries(routes)) {
    agrees(`/${path}`, { status: 'success', data: await answer(everything, {}) })
  }
})

test('openapi: a limit that makes no sense is refused', async () => {
  for (const limit of ['x', '0', '-1', '10001', '1.5'])
    await assert.rejects(routes['status/tsdb'](everything, { limit: [limit] }), { code: 'bad_data' })
})

const storage = new MemoryStorage()
storage.add(Labels.from({ __name__: 'up', instance: 'a' }), 0, 1)
storage.addHistogram(Labels.from({ __name__: 'h' }), 0, {
  counterResetHint: counterResetHint.unknown,
  schema: 0,
  zeroThreshold: 0.001,
  zeroCount: 1,
  count: 2,
  sum: 3,
  positiveSpans: [{ offset: 0, length: 1 }],
  positiveBuckets: [1],
  negativeSpans: [],
  negativeBuckets: [],
  customValues: [],
})
const api = new ReadApi(new Engine(), {
  querier: () => storage.querier(),
  metadata: () => new Map([['up', [{ type: 'gauge', help: 'h', unit: '' }]]]),
})

test('openapi: queries, series, labels and metadata answer as the document says', { skip }, async () => {
  const range = { start: ['0'], end: ['60'], step: ['15'] }
  const match = { 'match[]': ['up'] }
  // Not scalars and strings: the document wants strings as their times, Prometheus itself answers numbers.
  const cases: readonly (readonly [string, ReadRequest['endpoint'], Record<string, string[]>])[] = [
    ['/query', 'query', { query: ['up'], stats: ['all'] }],
    ['/query', 'query', { query: ['h'] }],
    ['/query', 'query', { query: ['up[5m]'] }],
    ['/query_range', 'query_range', { query: ['up'], ...range, stats: ['1'] }],
    ['/query_range', 'query_range', { query: ['h'], ...range }],
    ['/series', 'series', match],
    ['/labels', 'labels', { limit: ['1'] }],
    ['/label/{name}/values', 'label_values', {}],
    ['/metadata', 'metadata', {}],
  ]
  for (const [path, endpoint, params] of cases) {
    const request = { endpoint, params, label: 'instance', scope: everything, nowMs: 0 }
    const { status, body } = await api.answer(request, { reason: () => undefined })
    assert.equal(status, 200, path)
    agrees(path, JSON.parse(Buffer.from(body).toString('utf8')))
  }
})
