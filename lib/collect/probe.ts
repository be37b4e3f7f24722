import type { ChildProcess } from 'node:child_process'
import { openChild } from '#lib/run'

/** What statfs(2) says, in the file system's blocks. */
export interface StatfsResult {
  readonly blockBytes: number
  readonly blocks: number
  readonly free: number
  readonly available: number
  readonly files: number
  readonly filesFree: number
}

/** A text file and when it was last changed. */
export interface ReadResult {
  readonly text: string
  readonly changedSeconds: number
}

/** What the child is asked. `open` only opens and closes the path; `list` takes a folder or a glob of folders. */
export interface ProbeQuestion {
  readonly id: number
  readonly call: 'statfs' | 'open' | 'read' | 'list'
  readonly path: string
}

/** Folders with the names of their files; null for a folder that cannot be read. */
export type ListResult = readonly (readonly [folder: string, names: readonly string[] | null])[]

type ProbeResult = StatfsResult | ReadResult | ListResult | true

/** What the child answers: a result, or the code of the error. */
export interface ProbeAnswer {
  readonly id: number
  readonly result?: ProbeResult
  readonly problem?: string
}

interface Waiting {
  readonly question: ProbeQuestion
  readonly settle: (answer: Outcome) => void
  lateTimer?: NodeJS.Timeout
  slowTimer?: NodeJS.Timeout
}

/** A call that was late; without a child once that is gone. */
interface Hanging {
  readonly question: ProbeQuestion
  readonly retryAtMs: number
  child: ChildProcess | undefined
}

type Outcome = ProbeResult | 'late' | Error

/** Children that are busy or hang in the kernel; beyond this number questions wait. */
const MAX_CHILDREN = 8

/** A call that was late is not made again for so long, even if its process is gone. */
const RETRY_MS = 10_000

/** A question that takes longer no longer holds up the next one. */
const SLOW_MS = 100

/**
 * Asks a child process what can hang in the kernel. One child answers one question after the other; when a question
 * is slow, a further child takes the next. A child that is late is killed and left alone (a process that hangs in the
 * kernel dies when the kernel lets go of it), and the same call is answered with `late` until that process is gone and
 * some seconds have passed.
 */
export class Probe {
  readonly #queue: Waiting[] = []
  readonly #asked = new Map<ChildProcess, Waiting>()
  #idle: ChildProcess | undefined
  /** Calls that hang, by call and path. */
  readonly #hanging = new Map<string, Hanging>()
  readonly #abandoned = new Set<ChildProcess>()
  #nextId = 1
  #isClosed = false

  statfs(path: string, timeoutMs: number): Promise<StatfsResult | 'late' | Error> {
    return this.#ask<StatfsResult>('statfs', path, timeoutMs)
  }

  open(path: string, timeoutMs: number): Promise<true | 'late' | Error> {
    return this.#ask<true>('open', path, timeoutMs)
  }

  /** The text of a file that may lie on a dead mount. */
  read(path: string, timeoutMs: number): Promise<ReadResult | 'late' | Error> {
    return this.#ask<ReadResult>('read', path, timeoutMs)
  }

  /** The files of a folder, or of all folders that a glob finds. */
  list(glob: string, timeoutMs: number): Promise<ListResult | 'late' | Error> {
    return this.#ask<ListResult>('list', glob, timeoutMs)
  }

  /** Forgets that a mount hung when it is no longer mounted. */
  keepOnly(mounts: ReadonlySet<string>): void {
    for (const [key, { question }] of this.#hanging) {
      if (question.call === 'statfs' && !mounts.has(question.path)) this.#hanging.delete(key)
    }
  }

  close(): void {
    this.#isClosed = true
    this.#idle?.kill('SIGKILL')
    for (const child of this.#asked.keys()) child.kill('SIGKILL')
    const unanswered = [...this.#asked.values(), ...this.#queue.splice(0)]
    this.#asked.clear()
    for (const waiting of unanswered) settle(waiting, new Error('the probe is closed'))
  }

  /** The child answers each call with the result of that call. */
  #ask<T extends ProbeResult>(
    call: ProbeQuestion['call'],
    path: string,
    timeoutMs: number,
  ): Promise<T | 'late' | Error> {
    if (this.#isClosed) return Promise.resolve(new Error('the probe is closed'))
    if (this.#isHanging(`${call} ${path}`)) return Promise.resolve('late')
    return new Promise((resolve) => {
      const settle = (answer: Outcome) => resolve(answer as T | 'late' | Error)
      const waiting: Waiting = { question: { id: this.#nextId++, call, path }, settle }
      waiting.lateTimer = setTimeout(() => this.#onLate(waiting), timeoutMs)
      this.#queue.push(waiting)
      if (this.#asked.size === 0) this.#next()
    })
  }

  #isHanging(key: string): boolean {
    const hanging = this.#hanging.get(key)
    if (hanging === undefined) return false
    if (hanging.child !== undefined || performance.now() < hanging.retryAtMs) return true
    this.#hanging.delete(key)
    return false
  }

  /** Hands the next question to a child that is idle, or to a new one. */
  #next(): void {
    if (this.#isClosed || this.#queue.length === 0) return
    if (this.#asked.size + this.#abandoned.size >= MAX_CHILDREN) return
    const child = this.#idle ?? this.#start()
    this.#idle = undefined
    const waiting = this.#queue.shift() as Waiting
    this.#asked.set(child, waiting)
    waiting.slowTimer = setTimeout(() => this.#next(), SLOW_MS)
    child.send(waiting.question, (error) => {
      if (error !== null) child.kill('SIGKILL') // its exit answers the question
    })
  }

  #start(): ChildProcess {
    const child = openChild('probe-child', [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] })
    child.on('message', (answer: ProbeAnswer) => this.#onAnswer(child, answer))
    child.on('error', (error) => this.#onGone(child, error))
    child.on('exit', () => this.#onGone(child, new Error('the probe process ended')))
    child.unref()
    child.channel?.unref()
    return child
  }

  #onAnswer(child: ChildProcess, answer: ProbeAnswer): void {
    const waiting = this.#asked.get(child)
    if (waiting?.question.id !== answer.id) return
    this.#asked.delete(child)
    if (this.#idle === undefined) this.#idle = child
    else child.kill('SIGKILL') // one idle child is enough
    settle(waiting, answer.result ?? new Error(errorText(answer.problem)))
    this.#next()
  }

  /** A question that was still in the queue is late too, but its path is not known to hang. */
  #onLate(waiting: Waiting): void {
    const place = this.#queue.indexOf(waiting)
    if (place >= 0) this.#queue.splice(place, 1)
    for (const [child, asked] of this.#asked) if (asked === waiting) this.#abandon(child, waiting.question)
    settle(waiting, 'late')
    this.#next()
  }

  #abandon(child: ChildProcess, question: ProbeQuestion): void {
    this.#asked.delete(child)
    this.#hanging.set(`${question.call} ${question.path}`, { question, retryAtMs: performance.now() + RETRY_MS, child })
    this.#abandoned.add(child)
    child.kill('SIGKILL')
    if (child.connected) child.disconnect()
  }

  #onGone(child: ChildProcess, error: Error): void {
    this.#abandoned.delete(child)
    for (const hanging of this.#hanging.values()) if (hanging.child === child) hanging.child = undefined
    if (this.#idle === child) this.#idle = undefined
    const waiting = this.#asked.get(child)
    this.#asked.delete(child)
    if (waiting) settle(waiting, error)
    this.#next()
  }
}

function settle(waiting: Waiting, answer: Outcome): void {
  clearTimeout(waiting.lateTimer)
  clearTimeout(waiting.slowTimer)
  waiting.settle(answer)
}

const errorTexts: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOENT: 'no such file or directory',
  EIO: 'input/output error',
  ESTALE: 'stale NFS file handle',
  ENOTCONN: 'transport endpoint is not connected',
  EHOSTDOWN: 'host is down',
}

/** An error's code as the C library says it, which is what users' alerts match. */
function errorText(code: string | undefined): string {
  return errorTexts[code ?? ''] ?? code ?? 'unknown error'
}
