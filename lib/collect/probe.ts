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

/** What the child is asked. `open` only opens and closes the path. */
export interface ProbeQuestion {
  readonly id: number
  readonly call: 'statfs' | 'open'
  readonly path: string
}

/** What the child answers: a result, or the code of the error. */
export interface ProbeAnswer {
  readonly id: number
  readonly result?: StatfsResult | true
  readonly problem?: string
}

interface Waiting {
  readonly question: ProbeQuestion
  readonly settle: (answer: Outcome) => void
  lateTimer?: NodeJS.Timeout
  slowTimer?: NodeJS.Timeout
}

type Outcome = StatfsResult | true | 'late' | Error

/** Children that are busy or hang in the kernel; beyond this number questions wait. */
const MAX_CHILDREN = 8

/** A question that takes longer no longer holds up the next one. */
const SLOW_MS = 100

/**
 * Asks a child process what can hang in the kernel. One child answers one question after the other; when a question
 * is slow, a further child takes the next. A child that is late is killed and left alone (a process that hangs in the
 * kernel dies when the kernel lets go of it), and its path is answered with `late` until that process is gone.
 */
export class Probe {
  readonly #queue: Waiting[] = []
  readonly #asked = new Map<ChildProcess, Waiting>()
  #idle: ChildProcess | undefined
  /** Paths that hang, with the abandoned child that hangs there. */
  readonly #hanging = new Map<string, ChildProcess>()
  readonly #abandoned = new Set<ChildProcess>()
  #nextId = 1
  #isClosed = false

  async statfs(path: string, timeoutMs: number): Promise<StatfsResult | 'late' | Error> {
    const outcome = await this.#ask('statfs', path, timeoutMs)
    return outcome === true ? new Error(`statfs ${path}: no statistics`) : outcome
  }

  async open(path: string, timeoutMs: number): Promise<true | 'late' | Error> {
    const outcome = await this.#ask('open', path, timeoutMs)
    return typeof outcome === 'object' && !(outcome instanceof Error) ? true : outcome
  }

  /** Forgets that a path hung when it is no longer mounted. */
  keepOnly(paths: ReadonlySet<string>): void {
    for (const path of this.#hanging.keys()) if (!paths.has(path)) this.#hanging.delete(path)
  }

  close(): void {
    this.#isClosed = true
    this.#idle?.kill('SIGKILL')
    for (const child of this.#asked.keys()) child.kill('SIGKILL')
    const unanswered = [...this.#asked.values(), ...this.#queue.splice(0)]
    this.#asked.clear()
    for (const waiting of unanswered) settle(waiting, new Error('the probe is closed'))
  }

  #ask(call: ProbeQuestion['call'], path: string, timeoutMs: number): Promise<Outcome> {
    if (this.#isClosed) return Promise.resolve(new Error('the probe is closed'))
    if (this.#hanging.has(path)) return Promise.resolve('late')
    return new Promise((settle) => {
      const waiting: Waiting = { question: { id: this.#nextId++, call, path }, settle }
      waiting.lateTimer = setTimeout(() => this.#onLate(waiting), timeoutMs)
      this.#queue.push(waiting)
      if (this.#asked.size === 0) this.#next()
    })
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
    for (const [child, asked] of this.#asked) if (asked === waiting) this.#abandon(child, waiting.question.path)
    settle(waiting, 'late')
    this.#next()
  }

  #abandon(child: ChildProcess, path: string): void {
    this.#asked.delete(child)
    this.#hanging.set(path, child)
    this.#abandoned.add(child)
    child.kill('SIGKILL')
    if (child.connected) child.disconnect()
  }

  #onGone(child: ChildProcess, error: Error): void {
    this.#abandoned.delete(child)
    for (const [path, hanging] of this.#hanging) if (hanging === child) this.#hanging.delete(path)
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
