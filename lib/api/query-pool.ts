import type { Worker } from 'node:worker_threads'
import { connect, type Moved, type Remote } from '#lib/run'
import type { ReadRequest } from './read-api.ts'
import { type Answer, ApiError, errorAnswer } from './error.ts'

/** The calls that a query thread answers. */
export interface QueryThread {
  [name: string]: (...args: never[]) => unknown
  /** `token` is what the cancellation word holds when this very request shall stop. */
  read(request: ReadRequest, token: number): Promise<Moved<Answer>>
}

/** A query thread and the word by which its running request is cancelled. */
export interface PoolMember {
  readonly worker: Worker
  readonly cancelled: Int32Array
}

interface Job {
  readonly request: ReadRequest
  readonly signal: AbortSignal
  readonly done: PromiseWithResolvers<Answer>
}

interface Slot {
  readonly remote: Remote<QueryThread>
  readonly member: PoolMember
  /** The answer to whatever runs when the thread ends. */
  readonly stopped: Promise<Answer>
  busy: boolean
  failed: string | undefined
}

export interface PoolOptions {
  readonly members: readonly PoolMember[]
  /** Requests that may wait; more are refused. */
  readonly maxQueued: number
}

/** Hands reads to the query threads: one at a time to each, the rest wait in order. */
export class QueryPool {
  readonly #slots: readonly Slot[]
  readonly #queue: Job[] = []
  readonly #maxQueued: number
  #token = 0

  constructor({ members, maxQueued }: PoolOptions) {
    this.#maxQueued = maxQueued
    this.#slots = members.map((member) => this.#slot(member))
  }

  /** How many requests wait now. */
  get queued(): number {
    return this.#queue.length
  }

  /** Runs a read in a query thread; the signal cancels it, also while it waits. Never rejects. */
  async read(request: ReadRequest, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) return goneAnswer()
    const isFree = this.#slots.some((slot) => !slot.busy && slot.failed === undefined)
    if (!isFree && this.#queue.length >= this.#maxQueued) {
      return errorAnswer(
        new ApiError(
          'unavailable',
          `${this.#queue.length} queries are waiting already: try again later, or raise --query.max-queued`,
        ),
      )
    }
    const job = { request, signal, done: Promise.withResolvers<Answer>() }
    this.#queue.push(job)
    const leave = () => this.#leave(job)
    signal.addEventListener('abort', leave, { once: true })
    this.#advance()
    return job.done.promise.finally(() => signal.removeEventListener('abort', leave))
  }

  #slot(member: PoolMember): Slot {
    const stopped = Promise.withResolvers<Answer>()
    const remote = connect<QueryThread>(member.worker, {})
    const slot: Slot = { remote, member, stopped: stopped.promise, busy: false, failed: undefined }
    member.worker.on('error', (error: Error) => {
      slot.failed = error.message
    })
    member.worker.on('exit', () => {
      slot.failed ??= 'the query thread stopped'
      stopped.resolve(errorAnswer(new Error(`the query thread stopped: ${slot.failed}`)))
      this.#advance()
    })
    return slot
  }

  /** A request whose client went away while it waited gives up its place. */
  #leave(job: Job): void {
    const at = this.#queue.indexOf(job)
    if (at < 0) return
    this.#queue.splice(at, 1)
    job.done.resolve(goneAnswer())
  }

  #advance(): void {
    for (const slot of this.#slots) {
      if (slot.busy || slot.failed !== undefined) continue
      const job = this.#queue.shift()
      if (!job) return
      slot.busy = true
      void this.#run(slot, job)
    }
    if (this.#slots.every((slot) => slot.failed !== undefined)) this.#refuseAll()
  }

  async #run(slot: Slot, { request, signal, done }: Job): Promise<void> {
    const token = ++this.#token
    const cancel = () => Atomics.store(slot.member.cancelled, 0, token)
    signal.addEventListener('abort', cancel, { once: true })
    const answered = slot.remote.read(request, token).catch(errorAnswer)
    done.resolve(await Promise.race([answered, slot.stopped]))
    signal.removeEventListener('abort', cancel)
    slot.busy = false
    this.#advance()
  }

  #refuseAll(): void {
    const why = this.#slots[0]?.failed ?? 'no query thread'
    for (const job of this.#queue.splice(0))
      job.done.resolve(errorAnswer(new Error(`queries are not available: ${why}`)))
  }
}

function goneAnswer(): Answer {
  return errorAnswer(new ApiError('canceled', 'the client went away'))
}
