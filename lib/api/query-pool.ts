import { Registry, type TelemetryFamily } from '#lib/telemetry'
import { type Answer, ApiError, errorAnswer } from './error.ts'
import { endedAnswer, goneAnswer, type PoolMember, QuerySlot, type SlotOptions, type Unusable } from './query-slot.ts'
import type { ReadRequest } from './read-api.ts'

/** Whose reads they are: clients' may fill all of theirs, and leave the rules' alone. */
export type Lane = 'clients' | 'rules'

export interface PoolOptions extends SlotOptions {
  /** Of clients' reads; rules have one of their own, which is started when it is first asked for. */
  readonly threads: number
  /** Requests that may wait in a lane; more are refused. */
  readonly maxQueued: number
}

interface Job {
  readonly request: ReadRequest
  readonly signal: AbortSignal
  readonly done: PromiseWithResolvers<Answer>
}

/** After a thread could not be started. */
const AGAIN_MS = 1000

/** Hands reads to the query threads: one at a time to each, the rest wait in order. */
export class QueryPool implements AsyncDisposable {
  readonly #options: PoolOptions
  readonly #registry = new Registry()
  readonly #replaced = this.#registry.counter(
    'binnacle_query_threads_replaced_total',
    'Query threads that were replaced: stuck: they did not stop in time; failed: they ended by themselves.',
  )
  readonly #lanes: Readonly<Record<Lane, LaneOfThreads>>

  constructor(options: PoolOptions) {
    this.#options = options
    const onReplaced = (why: Unusable) => this.#replaced.add(1, 'reason', why)
    this.#lanes = {
      clients: new LaneOfThreads(options, options.threads, onReplaced),
      rules: new LaneOfThreads(options, 1, onReplaced),
    }
  }

  /** Starts the threads of clients. */
  async start(): Promise<this> {
    await this.#lanes.clients.start()
    return this
  }

  /** How many requests wait now. */
  get queued(): number {
    return this.#lanes.clients.queued
  }

  /** Runs a read in a query thread; the signal cancels it, also while it waits. Never rejects. */
  async read(request: ReadRequest, signal: AbortSignal, lane: Lane = 'clients'): Promise<Answer> {
    if (signal.aborted) return goneAnswer()
    const { maxQueued } = this.#options
    const threads = this.#lanes[lane]
    try {
      if (!threads.hasStarted) await threads.start()
    } catch (error) {
      return errorAnswer(error)
    }
    if (threads.isBusy && threads.queued >= maxQueued) return fullAnswer(threads.queued)
    return threads.read(request, signal)
  }

  /** One of the threads of clients, for what is not a read. */
  get member(): PoolMember {
    return this.#lanes.clients.member
  }

  telemetry(): TelemetryFamily[] {
    return this.#registry.collect()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Object.values(this.#lanes).map((lane) => lane.end()))
  }
}

/** The threads of one lane and what waits for them. */
class LaneOfThreads {
  readonly #onReplaced: (why: Unusable) => void
  readonly #slots: QuerySlot[]
  readonly #queue: Job[] = []
  #started: Promise<void> | undefined
  #hasEnded = false

  constructor(options: PoolOptions, threads: number, onReplaced: (why: Unusable) => void) {
    this.#onReplaced = onReplaced
    this.#slots = Array.from({ length: threads }, () => new QuerySlot(options, (slot) => void this.#restore(slot)))
  }

  get queued(): number {
    return this.#queue.length
  }

  get hasStarted(): boolean {
    return this.#slots.some((slot) => slot.member !== undefined)
  }

  get isBusy(): boolean {
    return !this.#slots.some((slot) => slot.isFree)
  }

  get member(): PoolMember {
    const member = this.#slots.find((slot) => slot.member !== undefined)?.member
    if (member === undefined) throw new ApiError('unavailable', 'the query threads are being started: try again')
    return member
  }

  start(): Promise<void> {
    this.#started ??= Promise.all(this.#slots.map((slot) => slot.open())).then(() => undefined)
    return this.#started
  }

  read(request: ReadRequest, signal: AbortSignal): Promise<Answer> {
    const job = { request, signal, done: Promise.withResolvers<Answer>() }
    this.#queue.push(job)
    const leave = () => this.#leave(job)
    signal.addEventListener('abort', leave, { once: true })
    this.#advance()
    return job.done.promise.finally(() => signal.removeEventListener('abort', leave))
  }

  async end(): Promise<void> {
    this.#hasEnded = true
    for (const job of this.#queue.splice(0)) job.done.resolve(endedAnswer())
    await this.#started?.catch(() => undefined)
    await Promise.all(this.#slots.map((slot) => slot.close()))
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
      if (!slot.isFree) continue
      const job = this.#queue.shift()
      if (!job) return
      void this.#run(slot, job)
    }
  }

  async #run(slot: QuerySlot, { request, signal, done }: Job): Promise<void> {
    const { answer, replace } = await slot.run(request, signal)
    done.resolve(answer)
    if (replace === undefined) this.#advance()
    else await this.#restore(slot, replace)
  }

  /** Puts another thread in the place of one, however often that must be tried: what waits is answered then, or leaves. */
  async #restore(slot: QuerySlot, why: Unusable = 'failed'): Promise<void> {
    if (this.#hasEnded) return
    this.#onReplaced(why)
    await slot.close()
    while (!this.#hasEnded && slot.member === undefined) {
      try {
        await slot.open()
      } catch {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS)) // such as for want of memory
      }
    }
    if (this.#hasEnded) await slot.close()
    this.#advance()
  }
}

function fullAnswer(queued: number): Answer {
  const text = `${queued} queries are waiting already: try again later, or raise --query.max-queued`
  return errorAnswer(new ApiError('unavailable', text))
}
