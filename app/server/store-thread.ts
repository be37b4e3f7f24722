import type { MessagePort, Worker } from 'node:worker_threads'
import { type PoolMember, QueryPool } from '#lib/api'
import type { EngineOptions } from '#lib/promql'
import { connect, Moved, openWorker, type Remote } from '#lib/run'
import type { CompactJob, EraseJob, FlushJob, SnapshotJob, StoreReport } from '#lib/tsdb'
import { AssistantThreads } from './assistants.ts'
import type { LocalBody } from './local-bodies.ts'
import type { QueryThreadCalls, QueryThreadData } from './query-worker.ts'
import type { StoreThread, StoreThreadData } from './store-calls.ts'

/** The store thread and the query threads, started and joined. */
export interface Threads extends AsyncDisposable {
  readonly store: Remote<StoreThread>
  readonly pool: QueryPool
  readonly report: StoreReport
  /** One of the query threads that there are now, for what is not a client's query. */
  readonly query: () => Remote<QueryThreadCalls>
}

export interface ThreadOptions {
  readonly store: StoreThreadData
  readonly engine: EngineOptions & { readonly timeoutMs: number }
  readonly queryThreads: number
  /** Threads that help those with large queries, while there are any. */
  readonly assistants: number
  readonly maxQueued: number
  readonly localBody: LocalBody
  /** How far the start has read the log. */
  onReplay(doneBytes: number, totalBytes: number): void
  /** A thread ended by itself: nothing goes on without it. */
  onFailure(thread: string, error: Error): void
}

/** Starts the store thread, recovers, and starts the query threads on what they read. */
export async function startThreads(options: ThreadOptions): Promise<Threads> {
  const storeWorker = openWorker('store-worker', { workerData: options.store })
  let stopping = false
  const watch = (name: string, worker: Worker) => {
    worker.on('error', (error: Error) => options.onFailure(name, error))
    worker.on('exit', (code) => {
      if (!stopping && code !== 0) options.onFailure(name, new Error(`ended with code ${code}`))
    })
  }
  const store = connect<StoreThread>(storeWorker, {
    localBody: async (name: string) => movable(await options.localBody(name)),
    flush: (job: FlushJob) => anyQuery().flush(job),
    replayed: (doneBytes: number, totalBytes: number) => options.onReplay(doneBytes, totalBytes),
    compact: (job: CompactJob) => anyQuery().compact(job),
    eraseSeries: (job: EraseJob) => anyQuery().eraseSeries(job),
    takeSnapshot: (job: SnapshotJob) => anyQuery().takeSnapshot(job),
  })
  watch('store', storeWorker)
  const report = await store.open()
  const { maxQueued, queryThreads, engine } = options
  const assistants = new AssistantThreads(options.assistants, () => openAssistant(store))
  const pool = new QueryPool({
    threads: queryThreads,
    maxQueued,
    timeoutMs: engine.timeoutMs,
    open: () => openQueryThread(store, engine, assistants.connect()),
  })
  const remotes = new WeakMap<Worker, Remote<QueryThreadCalls>>()
  const anyQuery = () => {
    const { worker } = pool.member
    const remote = remotes.get(worker) ?? connect<QueryThreadCalls>(worker, {})
    remotes.set(worker, remote)
    return remote
  }
  await pool.start()
  return {
    store,
    report,
    pool,
    query: anyQuery,
    [Symbol.asyncDispose]: async () => {
      stopping = true
      // Before the store: nobody is to write blocks when it gives the folder free.
      await Promise.all([pool[Symbol.asyncDispose](), assistants[Symbol.asyncDispose]()])
      await store.stop()
      await storeWorker.terminate()
    },
  }
}

async function openQueryThread(
  store: Remote<StoreThread>,
  engine: EngineOptions,
  assistants: MessagePort,
): Promise<PoolMember> {
  const cancelled = new Int32Array(new SharedArrayBuffer(4))
  const handle = await store.reader()
  const workerData: QueryThreadData = { handle, engine, cancelled, assistants }
  return { worker: openWorker('query-worker', { workerData, transferList: [handle.port, assistants] }), cancelled }
}

async function openAssistant(store: Remote<StoreThread>): Promise<Worker> {
  const handle = await store.reader()
  return openWorker('assistant-worker', { workerData: { handle }, transferList: [handle.port] })
}

/** Below this a copy costs nothing, and the buffer may be one that Node cuts small ones from. */
const COPIED_BYTES = 64 * 1024

/** The bytes in a buffer of their own, so that they can move; a large body has it already, and is not copied. */
function movable({ body, contentType }: { body: Uint8Array; contentType: string }) {
  const isOwn = body.length >= COPIED_BYTES && body.byteOffset === 0 && body.buffer instanceof ArrayBuffer
  const own = isOwn ? new Uint8Array(body.buffer, 0, body.length) : new Uint8Array(body)
  return new Moved({ body: own, contentType }, [own.buffer])
}
