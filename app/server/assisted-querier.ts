import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type {
  Claim,
  ColumnBatch,
  LabelTable,
  Querier,
  Queryable,
  Scope,
  SelectRequest,
  SeriesBatch,
  SeriesRequest,
} from '#lib/storage'
import type { Labels } from '#lib/model'
import type { SeriesList, StoredMetadata, StoreQuerier, StoreReader } from '#lib/tsdb'
import { type Assistants, LOST_MS, WAIT_MS } from './assistants-of-thread.ts'
import { type SharedClaim, sharedWord, type TaskAnswer, TaskRunner } from './shared-claim.ts'

/** A task of fewer samples would cost more to hand over than to do. */
const SAMPLES_PER_TASK = 32_768
/** Of the columns that a task makes. */
const VALUES_PER_TASK = 65_536
const SERIES_PER_TASK = 256
/** From here on help is worth its asking. */
const WORTH_HELP = 100_000

/** A store that answers claims with the help of other threads. */
export class AssistedStore implements Queryable {
  readonly #reader: StoreReader
  readonly #assistants: Assistants

  constructor(reader: StoreReader, assistants: Assistants) {
    this.#reader = reader
    this.#assistants = assistants
  }

  metadata(scope: Scope): ReadonlyMap<string, readonly StoredMetadata[]> {
    return this.#reader.metadata(scope)
  }

  querier(): Querier {
    return new AssistedQuerier(this.#reader.storeQuerier(), this.#assistants)
  }
}

let claims = 0

class AssistedQuerier implements Querier {
  readonly labels: LabelTable
  readonly #inner: StoreQuerier
  readonly #assistants: Assistants

  constructor(inner: StoreQuerier, assistants: Assistants) {
    this.labels = inner.labels
    this.#inner = inner
    this.#assistants = assistants
  }

  select(scope: Scope, request: SelectRequest): AsyncIterable<SeriesBatch> {
    return this.#inner.select(scope, request)
  }

  claim(scope: Scope, claim: Claim): AsyncIterable<ColumnBatch | SeriesBatch> {
    const list = this.#inner.find(scope, claim.select)
    const samples = this.#inner.samplesOfFirst(list.places, claim.select.startMs, claim.select.endMs)
    const shared = this.#cut(claim, list, samples)
    const firstLabels = this.#inner.enter(list.labels)
    const { ports } = this.#assistants
    if (samples * list.places.count < WORTH_HELP) return this.#alone(shared, firstLabels)
    this.#assistants.ask()
    return ports.length === 0 ? this.#alone(shared, firstLabels) : this.#together(shared, firstLabels, [...ports])
  }

  series(scope: Scope, request: SeriesRequest): Promise<Labels[]> {
    return this.#inner.series(scope, request)
  }

  labelNames(scope: Scope, request: SeriesRequest): Promise<string[]> {
    return this.#inner.labelNames(scope, request)
  }

  labelValues(scope: Scope, name: string, request: SeriesRequest): Promise<string[]> {
    return this.#inner.labelValues(scope, name, request)
  }

  [Symbol.dispose](): void {
    this.#inner[Symbol.dispose]()
  }

  #cut(claim: Claim, { places }: SeriesList, samplesOfOne: number): SharedClaim {
    const bySamples = Math.floor(SAMPLES_PER_TASK / Math.max(1, samplesOfOne))
    const byValues = Math.floor(VALUES_PER_TASK / claim.steps)
    const seriesPerTask = Math.max(1, Math.min(SERIES_PER_TASK, bySamples, byValues))
    return {
      number: ++claims,
      claim,
      point: this.#inner.point,
      places,
      seriesPerTask,
      tasks: Math.ceil(places.count / seriesPerTask),
      words: new Int32Array(new SharedArrayBuffer(sharedWord.size * 4)),
    }
  }

  async *#alone(shared: SharedClaim, firstLabels: number): AsyncIterable<ColumnBatch | SeriesBatch> {
    const { cancellation } = shared.claim.select
    const runner = new TaskRunner(shared, this.#inner)
    for (let task = 0; task < shared.tasks; task++) {
      if (cancellation?.reason() !== undefined) return
      const columns = runner.run(task)
      yield labelled(columns, firstLabels)
      yield* this.#left(shared, columns, firstLabels)
    }
  }

  /** Answers come in any order and are given on in that of the series. */
  async *#together(
    shared: SharedClaim,
    firstLabels: number,
    ports: readonly MessagePort[],
  ): AsyncIterable<ColumnBatch | SeriesBatch> {
    const { tasks, words } = shared
    const { cancellation, startMs, endMs } = shared.claim.select
    const runner = new TaskRunner(shared, this.#inner)
    const arrived = new Map<number, ColumnBatch>()
    // A matcher holds functions, which cannot be sent; who helps needs none.
    const sent = { ...shared, claim: { ...shared.claim, select: { startMs, endMs, matchers: [] } } }
    for (const port of ports) port.postMessage(sent)
    try {
      for (let wanted = 0; wanted < tasks;) {
        if (cancellation?.reason() !== undefined) return
        const task = Atomics.add(words, sharedWord.next, 1)
        if (task < tasks) arrived.set(task, runner.run(task))
        else if (!arrived.has(wanted) && !this.#wait(shared, ports, arrived, wanted))
          arrived.set(wanted, runner.run(wanted))
        receive(ports, shared.number, arrived)
        for (let columns = arrived.get(wanted); columns !== undefined; columns = arrived.get(wanted)) {
          arrived.delete(wanted)
          Atomics.store(words, sharedWord.wanted, ++wanted)
          Atomics.notify(words, sharedWord.wanted)
          yield labelled(columns, firstLabels)
          yield* this.#left(shared, columns, firstLabels)
        }
      }
    } finally {
      // Nobody takes another one. What still runs elsewhere is protected there.
      Atomics.store(words, sharedWord.next, tasks)
      Atomics.store(words, sharedWord.wanted, tasks)
      Atomics.notify(words, sharedWord.wanted)
      receive(ports, 0, arrived)
    }
  }

  /** The samples of the series that columns could not hold. */
  *#left({ places, claim }: SharedClaim, { left }: ColumnBatch, firstLabels: number): Iterable<SeriesBatch> {
    for (const place of left) yield this.#inner.batch(places, place, place + 1, claim.select, firstLabels).batch
  }

  /** Waits until a task is answered; false when it never may be. */
  #wait(
    { words, number, claim }: SharedClaim,
    ports: readonly MessagePort[],
    arrived: Map<number, ColumnBatch>,
    wanted: number,
  ): boolean {
    const began = performance.now()
    while (performance.now() - began < LOST_MS) {
      const done = Atomics.load(words, sharedWord.done)
      receive(ports, number, arrived)
      if (arrived.has(wanted) || claim.select.cancellation?.reason() !== undefined) return true
      Atomics.wait(words, sharedWord.done, done, WAIT_MS)
    }
    return false
  }
}

/** Takes the answers that have come; those of a claim that is over are dropped. */
function receive(ports: readonly MessagePort[], number: number, arrived: Map<number, ColumnBatch>): void {
  for (const port of ports) {
    for (let got = receiveMessageOnPort(port); got; got = receiveMessageOnPort(port)) {
      const answer = got.message as TaskAnswer
      if (answer.number === number) arrived.set(answer.task, answer.columns)
    }
  }
}

function labelled(columns: ColumnBatch, firstLabels: number): ColumnBatch {
  const { labels } = columns
  for (let i = 0; i < columns.count; i++) labels[i] += firstLabels
  return columns
}
