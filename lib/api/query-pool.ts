import type { Worker } from 'node:worker_threads'
import { connect, type Moved, type Remote } from '#lib/run'
import { Registry, type TelemetryFamily } from '#lib/telemetry'
import { type Answer, ApiError, errorAnswer } from './error.ts'
import type { ReadRequest } from './read-api.ts'

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

/** Whose reads they are: clients' may fill all of theirs, and leave the rules' alone. */
export type Lane = 'clients' | 'rules'

export interface PoolOptions {
  /** Starts a thread; called again for each that must be replaced. */
  open(): Promise<PoolMember>
  /** Of clients' reads; rules have one of their own, which is started when it is first asked for. */
  readonly threads: number
  /** Requests that may wait in a lane; more are refused. */
  readonly maxQueued: number
  /** The longest that a read may take; threads look at the time themselves, and are replaced where they do not. */
  readonly timeoutMs: number
  /** How long a thread may take to stop what was cancelled. */
  readonly graceMs?: number
}

interface Job {
  readonly request: ReadRequest
  readonly signal: AbortSignal
  readonly done: PromiseWithResolvers<Answer>
}

const GRACE_MS = 1000
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
    const onReplaced = (why: 'stuck' | 'failed') => this.#replaced.add(1, 'reason', why)
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
  readonly #onReplaced: (why: 'stuck' | 'failed') => void
  readonly #slots: Slot[]
  readonly #queue: Job[] = []
  #started: Promise<void> | undefined
  #hasEnded = false

  constructor(options: PoolOptions, threads: number, onReplaced: (why: 'stuck' | 'failed') => void) {
    this.#onReplaced = onReplaced
    this.#slots = Array.from({ length: threads }, () => new Slot(options, (slot) => void this.#restore(slot)))
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

  async #run(slot: Slot, job: Job): Promise<void> {
    const { answer, replace } = await slot.run(job)
    job.done.resolve(answer)
    if (replace === undefined) this.#advance()
    else await this.#restore(slot, replace)
  }

  /** Puts another thread in the place of one, however often that must be tried: what waits is answered then, or leaves. */
  async #restore(slot: Slot, why: 'stuck' | 'failed' = 'failed'): Promise<void> {
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

/** What came of a read, and whether its thread is of no more use. */
interface Ran {
  readonly answer: Answer
  readonly replace?: 'stuck' | 'failed'
}

/** A place for a thread. */
class Slot {
  readonly #options: PoolOptions
  /** Told when the thread ends while it has nothing to do. */
  readonly #onEnd: (slot: Slot) => void
  #remote: Remote<QueryThread> | undefined
  /** Resolves with what ended the thread. */
  #ended = Promise.withResolvers<string>()
  #isRunning = false
  #token = 0
  member: PoolMember | undefined

  constructor(options: PoolOptions, onEnd: (slot: Slot) => void) {
    this.#options = options
    this.#onEnd = onEnd
  }

  get isFree(): boolean {
    return this.member !== undefined && !this.#isRunning
  }

  async open(): Promise<void> {
    const member = await this.#options.open()
    const ended = Promise.withResolvers<string>()
    let failure = 'it stopped'
    member.worker.on('error', (error: Error) => (failure = error.message))
    member.worker.on('exit', () => {
      ended.resolve(failure)
      if (this.member !== member) return
      this.member = undefined
      if (!this.#isRunning) this.#onEnd(this)
    })
    this.#ended = ended
    this.#remote = connect<QueryThread>(member.worker, {})
    this.member = member
  }

  async close(): Promise<void> {
    const { member } = this
    this.member = undefined
    await member?.worker.terminate()
  }

  /** Runs a read; one that must stop and does not is given up. */
  async run({ request, signal }: Job): Promise<Ran> {
    const { member } = this
    if (member === undefined || this.#remote === undefined) return { answer: endedAnswer() }
    this.#isRunning = true
    const token = ++this.#token
    using watch = new StopWatch(this.#options, signal, () => Atomics.store(member.cancelled, 0, token))
    const answered = this.#remote.read(request, token).then(plain, errorAnswer)
    const ran = await Promise.race([
      answered.then((answer): Ran => ({ answer })),
      watch.stuck.then((answer): Ran => ({ answer, replace: 'stuck' })),
      this.#ended.promise.then((why): Ran => ({ answer: failedAnswer(why), replace: 'failed' })),
    ])
    this.#isRunning = false
    return ran
  }
}

function plain(answer: Answer): Answer {
  return answer
}

/** Cancels a read when its client goes away or its time is over, and says when it should have stopped long ago. */
class StopWatch implements Disposable {
  readonly #stuck = Promise.withResolvers<Answer>()
  readonly #graceMs: number
  readonly #cancel: () => void
  readonly #signal: AbortSignal
  readonly #timer: NodeJS.Timeout
  #last: NodeJS.Timeout | undefined

  constructor({ timeoutMs, graceMs = GRACE_MS }: PoolOptions, signal: AbortSignal, cancel: () => void) {
    this.#graceMs = graceMs
    this.#cancel = cancel
    this.#signal = signal
    this.#timer = setTimeout(() => this.#stop(lateAnswer()), Math.min(timeoutMs + THEIRS_MS, LONGEST_MS))
    signal.addEventListener('abort', this.#gone, { once: true })
  }

  get stuck(): Promise<Answer> {
    return this.#stuck.promise
  }

  readonly #gone = () => this.#stop(goneAnswer())

  #stop(answer: Answer): void {
    this.#cancel()
    this.#last ??= setTimeout(() => this.#stuck.resolve(answer), this.#graceMs)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#last)
    this.#signal.removeEventListener('abort', this.#gone)
  }
}

/** A thread that looks at the time itself is first, and tells more. */
const THEIRS_MS = 250
/** The longest that a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1

function goneAnswer(): Answer {
  return errorAnswer(new ApiError('canceled', 'the client went away'))
}

function lateAnswer(): Answer {
  return errorAnswer(new ApiError('timeout', 'query timed out in expression evaluation, and did not stop by itself'))
}

function endedAnswer(): Answer {
  return errorAnswer(new ApiError('unavailable', 'the program is about to end'))
}

function failedAnswer(why: string): Answer {
  return errorAnswer(new Error(`the query thread stopped: ${why}; another one takes its place`))
}

function fullAnswer(queued: number): Answer {
  const text = `${queued} queries are waiting already: try again later, or raise --query.max-queued`
  return errorAnswer(new ApiError('unavailable', text))
}
