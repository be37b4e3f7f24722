import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { gunzipSync } from 'node:zlib'
import { packPart, ReadApi } from '#lib/api'
import { Labels, type StoredHistogram } from '#lib/model'
import { Engine, type QueryResult } from '#lib/promql'
import { openWorker } from '#lib/run'
import { everything, type Queryable } from '#lib/storage'
import { compactHead, openReader, openStore, type Store, type StoreReader } from '#lib/tsdb'
import { AssistantThreads } from './assistants.ts'
import { AssistedPackers } from './assisted-packers.ts'
import { AssistedStore } from './assisted-querier.ts'
import { Assistants } from './assistants-of-thread.ts'

const START = 1_790_000_000_000
const SERIES = 1500
const SAMPLES = 360
const END = START + SAMPLES * 15_000

const refuse = () => Promise.reject(new Error('not asked for here'))

/** A store with an older half in a block, and a thread that helps. */
class Stand implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'assisted-'))
  readonly store: Store
  readonly reader: StoreReader
  readonly assisted: AssistedStore
  readonly assistants: Assistants
  readonly workers: Worker[] = []
  readonly #threads: AssistantThreads
  #flushed: Promise<unknown> = Promise.resolve()

  constructor() {
    this.store = openStore({
      folder: this.#folder,
      retentionMs: 0,
      retentionBytes: 0,
      retentionPercentage: 0,
      blockRangeMs: 2_700_000,
      maxBlockRangeMs: 2_700_000,
      maxSeries: 0,
      maxBytes: 0,
      now: () => END,
      flush: (job) => {
        const flush = compactHead(this.reader, job)
        this.#flushed = flush
        return flush
      },
      compact: refuse,
      erase: refuse,
      snapshot: refuse,
    })
    this.reader = openReader(this.store.handle().value)
    this.#threads = new AssistantThreads(1, async () => {
      const { value, transfer } = this.store.handle()
      const worker = openWorker('assistant-worker', { workerData: { handle: value }, transferList: transfer as never })
      this.workers.push(worker)
      return worker
    })
    this.assistants = new Assistants(this.#threads.connect())
    this.assisted = new AssistedStore(this.reader, this.assistants)
  }

  /** Counters and gauges of a few targets: with resets, gaps, stale markers, NaN, and values of many digits. */
  fill(): void {
    const group = this.store.appender.openGroup('filled')
    group.begin(START)
    const refs = Array.from({ length: SERIES }, (_, i) =>
      group.series(Labels.from({ __name__: i % 3 === 0 ? 'load' : 'hits_total', i: String(i), job: `j${i % 7}` })),
    )
    for (let k = 0; k < SAMPLES; k++) {
      group.begin(START + k * 15_000)
      for (const [i, ref] of refs.entries()) {
        if ((i * 31 + k) % 97 === 0) continue
        if ((i + k) % 1201 === 5) group.addStale(ref)
        else group.add(ref, valueOf(i, k))
      }
      assert.ok(group.commit())
    }
    group.close()
  }

  /** Native histograms, in some series floats among them, with stale markers. */
  fillHistograms(): void {
    const group = this.store.appender.openGroup('histograms')
    group.begin(START)
    const refs = Array.from({ length: 600 }, (_, i) =>
      group.series(Labels.from({ __name__: 'latency', i: String(i), job: `j${i % 7}` })),
    )
    for (let k = 0; k < SAMPLES; k += 2) {
      group.begin(START + k * 15_000)
      for (const [i, ref] of refs.entries()) {
        if ((i + k) % 301 === 5) group.addStale(ref)
        else if (i % 5 === 0 && k % 60 === 0) assert.ok(group.add(ref, k))
        else assert.ok(group.addHistogram(ref, histogramOf(i, k)), group.refusal)
      }
      assert.ok(group.commit())
    }
    group.close()
  }

  async flush(): Promise<void> {
    for (let i = 0; i < 8; i++) {
      this.store.maintain()
      await this.#flushed
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async helped(): Promise<void> {
    this.assistants.ask()
    // Idle: it has come so far that it waits for what is asked.
    const isReady = () => this.workers.at(-1)!.performance.eventLoopUtilization().idle > 0
    while (this.assistants.ports.length === 0 || !isReady()) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#threads[Symbol.asyncDispose]()
    this.reader.close()
    await this.store.flushAndClose()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function histogramOf(i: number, k: number): StoredHistogram {
  const counts = [k + 1, 2 * k + (i % 3), Math.floor(k / 7)]
  return {
    counterResetHint: 0,
    schema: i % 3,
    zeroThreshold: 1e-9,
    zeroCount: 1,
    count: counts.reduce((sum, count) => sum + count, 1),
    sum: k * (i + 1),
    positiveSpans: [{ offset: i % 4, length: 3 }],
    positiveBuckets: counts,
    negativeSpans: [],
    negativeBuckets: [],
    customValues: [],
    isInteger: true,
  }
}

function valueOf(i: number, k: number): number {
  if (i % 3 === 0) return i % 9 === 0 ? Math.sin(i + k) : (i + k) % 50 === 0 ? NaN : (i * k) / 100
  return (k % (100 + (i % 40))) * (1 + (i % 13))
}

async function ask(source: Queryable, expr: string, stepMs = 60_000): Promise<QueryResult> {
  using querier = source.querier()
  return new Engine().query(querier, { expr, startMs: START + 900_000, endMs: END, stepMs, scope: everything })
}

function contentOf({ series, warnings, infos, stats }: QueryResult): unknown {
  const { seriesRead, samplesRead } = stats
  // The bits of a computed NaN hang on who computes it.
  const bits = (values: Float64Array) =>
    Array.from(new BigUint64Array(values.slice().buffer), (word, i) => (Number.isNaN(values[i]) ? 'NaN' : word))
  const content = series.map((one) => [one.labels.key, bits(one.times), bits(one.values), one.histograms])
  return { content, warnings, infos, seriesRead, samplesRead }
}

const expressions = [
  'sum by (job) (rate(hits_total[5m]))',
  'rate(load[5m])',
  'irate(hits_total[2m])',
  'avg by (job) (avg_over_time(load[10m]))',
  'max_over_time(load[3m] offset 2m)',
  'count(load)',
  'load > 3',
  'sum(increase(hits_total[30m])) / sum(rate(hits_total[5m]))',
  'topk(3, sum by (i) (changes(hits_total[10m])))',
  'last_over_time({job="j3"}[1m])',
  'sum(deriv(load[10m] @ end()))',
]

test(
  'assistants: answers are those of one thread, bit for bit, whoever does the work',
  { timeout: 60_000 },
  async () => {
    await using stand = new Stand()
    stand.fill()
    await stand.flush()
    assert.ok(stand.store.stats().bytes.blocks > 0, 'a part lies in a block')
    await stand.helped()
    const before = stand.workers[0].performance.eventLoopUtilization()
    for (const expr of expressions) {
      const alone = contentOf(await ask(stand.reader, expr))
      for (let i = 0; i < 3; i++) assert.deepEqual(contentOf(await ask(stand.assisted, expr)), alone, expr)
    }
    const { active } = stand.workers[0].performance.eventLoopUtilization(before)
    assert.ok(active > 1, `the assistant worked for ${active} ms`)
  },
)

test('assistants: series with histograms are answered as by one thread too', { timeout: 120_000 }, async () => {
  await using stand = new Stand()
  stand.fill()
  stand.fillHistograms()
  await stand.flush()
  await stand.helped()
  for (const expr of [
    'latency{job="j2"}',
    'rate(latency{job="j3"}[5m])',
    'histogram_quantile(0.9, rate(latency{i=~"1.."}[5m]))',
    'histogram_stddev(latency{i=~".."})',
    'sum by (job) (rate(latency[5m]))',
    'sum(latency)',
    'count_over_time(latency[10m])',
    'histogram_count({__name__=~"latency|load",job="j1"})',
    'max_over_time(latency{job="j5"}[5m])',
  ]) {
    const alone = contentOf(await ask(stand.reader, expr))
    assert.deepEqual(contentOf(await ask(stand.assisted, expr)), alone, expr)
  }
})

test(
  'assistants: one that ends in the middle of a query is not missed, and another one is started',
  { timeout: 60_000 },
  async () => {
    await using stand = new Stand()
    stand.fill()
    await stand.helped()
    const expr = 'sum by (job) (rate(hits_total[5m]))'
    const alone = contentOf(await ask(stand.reader, expr))
    const running = ask(stand.assisted, expr)
    await stand.workers[0].terminate()
    assert.deepEqual(contentOf(await running), alone)
    while (stand.assistants.ports.length > 0) await new Promise((resolve) => setTimeout(resolve, 10))
    await ask(stand.assisted, expr)
    await stand.helped()
    assert.equal(stand.workers.length, 2)
    assert.deepEqual(contentOf(await ask(stand.assisted, expr)), alone)
  },
)

test('assistants: a query that is cancelled ends, and the next one is answered', { timeout: 60_000 }, async () => {
  await using stand = new Stand()
  stand.fill()
  await stand.helped()
  using querier = stand.assisted.querier()
  let asked = 0
  const cancellation = { reason: () => (++asked > 3 ? 'the client went away' : undefined) }
  const request = { expr: 'sum(rate(hits_total[5m]))', startMs: START, endMs: END, stepMs: 15_000, scope: everything }
  await assert.rejects(new Engine().query(querier, { ...request, cancellation }), /canceled/)
  const expr = 'count(load)'
  assert.deepEqual(contentOf(await ask(stand.assisted, expr)), contentOf(await ask(stand.reader, expr)))
})

/** The answer's body without its compression. */
async function bodyOf(api: ReadApi, gzip: boolean): Promise<string> {
  const params = {
    query: ['irate(hits_total[2m])'],
    start: [String(START / 1000)],
    end: [String(END / 1000)],
    step: ['15'],
  }
  const request = { endpoint: 'query_range', params, scope: everything, nowMs: END, gzip } as const
  const { status, body, encoding } = await api.answer(request, { reason: () => undefined })
  assert.equal(status, 200)
  assert.equal(encoding, gzip ? 'gzip' : undefined)
  return Buffer.from(gzip ? gunzipSync(body) : body).toString()
}

test('assistants: a large answer that is packed by several threads is the same one', { timeout: 60_000 }, async () => {
  await using stand = new Stand()
  stand.fill()
  await stand.helped()
  const packers = new AssistedPackers(stand.assistants)
  const api = new ReadApi(new Engine(), stand.reader, packers)
  const alone = await bodyOf(new ReadApi(new Engine(), stand.reader), false)
  assert.ok(alone.length > 5_000_000)
  for (let i = 0; i < 3; i++) assert.equal(await bodyOf(api, true), alone)

  const series = [{ pairs: ['i', '1'], times: Float64Array.of(1, 2, 3), values: Float64Array.of(1, 0.5, 7) }]
  const part = { head: 'x', series }
  const [packed] = packers.start([part])()
  assert.deepEqual(packed, packPart(part))
  // Whatever it has done by then: what is not done is done here.
  const finish = packers.start([part])
  await stand.workers[0].terminate()
  assert.deepEqual(finish()[0], packPart(part))
  assert.equal(await bodyOf(api, true), alone)
})
