import type { Worker } from 'node:worker_threads'
import { connect, type Moved, type Remote } from '#lib/run'
import { type Answer, ApiError, errorAnswer } from './error.ts'
import type { ReadRequest } from './read-api.ts'

/** The calls that a query thread answers. */
export interface QueryThread {
  [name: string]: (...args: never[]) => unknown
  /**
   * The cancellation word holds `token` when this very request shall stop because its client went away, and `-token` when
   * it shall because its time is over.
   */
  read(request: ReadRequest, token: number): Promise<Moved<Answer>>
}

/** A query thread and the word by which its running request is cancelled. */
export interface PoolMember {
  readonly worker: Worker
  readonly cancelled: Int32Array
}

export interface SlotOptions {
  /** Starts a thread; called again for each that must be replaced. */
  open(): Promise<PoolMember>
  /** The longest that a read may take; threads look at the time themselves, and are replaced where they do not. */
  readonly timeoutMs: number
  /** How long a thread may take to stop what was cancelled. */
  readonly graceMs?: number
}

/** Why a thread is of no more use: it did not stop in time, or has ended by itself. */
export type Unusable = 'stuck' | 'failed'

/** What came of a read. */
export interface Ran {
  readonly answer: Answer
  readonly replace?: Unusable
}

const GRACE_MS = 1000
/** A thread that looks at the time itself is first, and tells more. */
const THEIRS_MS = 250
/** The longest that a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1

/** A place for a query thread, which runs one read at a time. */
export class QuerySlot {
  readonly #options: SlotOptions
  /** Told when the thread ends while it has nothing to do. */
  readonly #onEnd: (slot: QuerySlot) => void
  #remote: Remote<QueryThread> | undefined
  /** The read that runs. It alone is told of the thread's end. */
  #running: PromiseWithResolvers<Ran> | undefined
  #token = 0
  member: PoolMember | undefined

  constructor(options: SlotOptions, onEnd: (slot: QuerySlot) => void) {
    this.#options = options
    this.#onEnd = onEnd
  }

  get isFree(): boolean {
    return this.member !== undefined && this.#running === undefined
  }

  async open(): Promise<void> {
    const member = await this.#options.open()
    let failure = 'it stopped'
    member.worker.on('error', (error: Error) => (failure = error.message))
    member.worker.on('exit', () => {
      if (this.member !== member) return
      this.member = undefined
      if (this.#running === undefined) this.#onEnd(this)
      else this.#running.resolve({ answer: failedAnswer(failure), replace: 'failed' })
    })
    this.#remote = connect<QueryThread>(member.worker, {})
    this.member = member
  }

  async close(): Promise<void> {
    const { member } = this
    this.member = undefined
    this.#running?.resolve({ answer: endedAnswer() })
    await member?.worker.terminate()
  }

  /** Runs a read; one that must stop and does not is given up. */
  async run(request: ReadRequest, signal: AbortSignal): Promise<Ran> {
    const { member } = this
    if (member === undefined || this.#remote === undefined) return { answer: endedAnswer() }
    const running = Promise.withResolvers<Ran>()
    this.#running = running
    const token = ++this.#token
    using _ = this.#watch(signal, (sign) => Atomics.store(member.cancelled, 0, sign * token), running.resolve)
    void this.#remote
      .read(request, token)
      .catch(errorAnswer)
      .then((answer) => running.resolve({ answer }))
    const ran = await running.promise
    this.#running = undefined
    return ran
  }

  /** Cancels a read when its client goes away or its time is over, and gives it up when it should have stopped long ago. */
  #watch(signal: AbortSignal, cancel: (sign: 1 | -1) => void, giveUp: (ran: Ran) => void): Disposable {
    const { timeoutMs, graceMs = GRACE_MS } = this.#options
    let last: NodeJS.Timeout | undefined
    const stop = (sign: 1 | -1, answer: Answer) => {
      cancel(sign)
      last ??= setTimeout(() => giveUp({ answer, replace: 'stuck' }), graceMs)
    }
    const gone = () => stop(1, goneAnswer())
    const late = setTimeout(() => stop(-1, lateAnswer()), Math.min(timeoutMs + THEIRS_MS, LONGEST_MS))
    signal.addEventListener('abort', gone, { once: true })
    return {
      [Symbol.dispose]() {
        clearTimeout(late)
        clearTimeout(last)
        signal.removeEventListener('abort', gone)
      },
    }
  }
}

export function goneAnswer(): Answer {
  return errorAnswer(new ApiError('canceled', 'the client went away'))
}

export function endedAnswer(): Answer {
  return errorAnswer(new ApiError('unavailable', 'the program is about to end'))
}

function lateAnswer(): Answer {
  return errorAnswer(new ApiError('timeout', 'query timed out in expression evaluation, and did not stop by itself'))
}

function failedAnswer(why: string): Answer {
  return errorAnswer(new Error(`the query thread stopped: ${why}; another one takes its place`))
}
