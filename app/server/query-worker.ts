import { parentPort, workerData } from 'node:worker_threads'
import { ReadApi, type QueryThread, type ReadRequest } from '#lib/api'
import { Engine, type EngineOptions } from '#lib/promql'
import { bug, connect, Moved } from '#lib/run'
import type { Cancellation } from '#lib/storage'
import { compactHead, type FlushJob, openReader, type ReaderHandle } from '#lib/tsdb'

/** How a query thread is started. */
export interface QueryThreadData {
  readonly handle: ReaderHandle
  readonly engine: EngineOptions
  /** One word: the token of the request that shall stop. */
  readonly cancelled: Int32Array
}

const port = parentPort ?? bug('query-worker runs as a thread')
const { handle, engine, cancelled } = workerData as QueryThreadData
const reader = openReader(handle)
const api = new ReadApi(new Engine(engine), reader)

function cancellation(token: number): Cancellation {
  return { reason: () => (Atomics.load(cancelled, 0) === token ? 'the client went away' : undefined) }
}

const calls: QueryThread = {
  read: async (request: ReadRequest, token: number) => {
    const answer = await api.answer(request, cancellation(token))
    return new Moved(answer, [answer.body.buffer])
  },
  cardinality: (limit: number) => reader.cardinality(limit),
  flush: (job: FlushJob) => compactHead(reader, job),
  close: () => {
    reader.close()
    port.close()
  },
}

connect(port, calls)
