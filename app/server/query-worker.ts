import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { ReadApi, type QueryThread, type ReadRequest } from '#lib/api'
import { Engine, type EngineOptions } from '#lib/promql'
import { bug, connect, Moved } from '#lib/run'
import type { Cancellation, Scope } from '#lib/storage'
import {
  compactBlocks,
  compactHead,
  type CompactJob,
  type CompactResult,
  type EraseJob,
  type EraseResult,
  eraseSeries,
  type FlushJob,
  type FlushResult,
  openReader,
  type ReaderHandle,
  type SnapshotJob,
  snapshotStore,
} from '#lib/tsdb'
import { AssistedPackers } from './assisted-packers.ts'
import { AssistedStore } from './assisted-querier.ts'
import { Assistants } from './assistants-of-thread.ts'
import type { Cardinality } from './tsdb-status.ts'

/** How a query thread is started. */
export interface QueryThreadData {
  readonly handle: ReaderHandle
  readonly engine: EngineOptions
  /** One word: the token of the request that shall stop, negative where its time is over. */
  readonly cancelled: Int32Array
  /** Over which it asks for other threads' help. */
  readonly assistants: MessagePort
}

/** The calls that a query thread answers. */
export interface QueryThreadCalls extends QueryThread {
  cardinality(scope: Scope, limit: number): Cardinality
  flush(job: FlushJob): Promise<FlushResult>
  compact(job: CompactJob): Promise<CompactResult>
  eraseSeries(job: EraseJob): EraseResult
  takeSnapshot(job: SnapshotJob): void
}

const port = parentPort ?? bug('query-worker runs as a thread')
const { handle, engine, cancelled, assistants } = workerData as QueryThreadData
const reader = openReader(handle)
const others = new Assistants(assistants)
const api = new ReadApi(new Engine(engine), new AssistedStore(reader, others), new AssistedPackers(others))

function cancellation(token: number): Cancellation {
  return {
    reason() {
      const word = Atomics.load(cancelled, 0)
      if (word === token) return 'the client went away'
      return word === -token ? 'its time is over' : undefined
    },
  }
}

const calls: QueryThreadCalls = {
  read: async (request: ReadRequest, token: number) => {
    const answer = await api.answer(request, cancellation(token))
    return new Moved(answer, [answer.body.buffer])
  },
  cardinality: (scope: Scope, limit: number) => reader.cardinality(scope, limit),
  flush: (job: FlushJob) => compactHead(reader, job),
  compact: (job: CompactJob) => compactBlocks(handle.folder, job),
  eraseSeries: (job: EraseJob) => eraseSeries(reader, job),
  takeSnapshot: (job: SnapshotJob) => snapshotStore(reader, job),
}

connect(port, calls)
