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
  timer?: NodeJS.Timeout
}

type Outcome = StatfsResult | true | 'late' | Error

/** Abandoned children that still hang in the kernel; beyond this number mounts wait. */
const MAX_ABANDONED = 8

/**
 * Asks a child process what can hang in the kernel, one question at a time. A child that is late is killed and left
 * alone (a process that hangs in the kernel dies when the kernel lets go of it), a new one serves the next question,
 * and the late path is answered with `late` until that process is gone.
 */
export class Probe {
  #child: ChildProcess | undefined
  readonly #queue: Waiting[] = []
  #current: Waiting | undefined
  /** Paths that hang, with the abandoned child that hangs there. */
  readonly #hanging = new Map<string, ChildProcess>()
  readonly #abandoned = new Set<ChildProcess>()
  #nextId = 1
  #isClosed = false

  /** Paths that hang now. */
  get hanging(): readonly string[] {
    return [...this.#hanging.keys()]
  }

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
    this.#child?.kill('SIGKILL')
    this.#child = undefined
    const unanswered = this.#current ? [this.#current, ...this.#queue.splice(0)] : this.#queue.splice(0)
    this.#current = undefined
    for (const waiting of unanswered) this.#settle(waiting, new Error('the probe is closed'))
  }

  #ask(call: ProbeQuestion['call'], path: string, timeoutMs: number): Promise<Outcome> {
    if (this.#isClosed) return Promise.resolve(new Error('the probe is closed'))
    if (this.#hanging.has(path) || this.#abandoned.size >= MAX_ABANDONED) return Promise.resolve('late')
    return new Promise((settle) => {
      const waiting: Waiting = { question: { id: this.#nextId++, call, path }, settle }
      waiting.timer = setTimeout(() => this.#onLate(waiting), timeoutMs)
      waiting.timer.unref()
      this.#queue.push(waiting)
      this.#next()
    })
  }

  #next(): void {
    if (this.#current !== undefined || this.#abandoned.size >= MAX_ABANDONED) return
    this.#current = this.#queue.shift()
    if (this.#current === undefined) return
    this.#child ??= this.#start()
    this.#child.send(this.#current.question, (error) => {
      if (error !== null) this.#child?.kill('SIGKILL') // its exit answers the question
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
    const waiting = this.#current
    if (child !== this.#child || waiting?.question.id !== answer.id) return
    this.#current = undefined
    this.#settle(waiting, answer.result ?? new Error(errorText(answer.problem)))
    this.#next()
  }

  /** Waiting too long in the queue is not the path's fault: only the path being asked hangs. */
  #onLate(waiting: Waiting): void {
    if (waiting === this.#current) this.#abandon(waiting.question.path)
    else this.#queue.splice(this.#queue.indexOf(waiting), 1)
    this.#settle(waiting, 'late')
    this.#next()
  }

  #abandon(path: string): void {
    const child = this.#child
    this.#child = undefined
    this.#current = undefined
    if (child === undefined) return
    this.#hanging.set(path, child)
    this.#abandoned.add(child)
    child.kill('SIGKILL')
    if (child.connected) child.disconnect()
  }

  #onGone(child: ChildProcess, error: Error): void {
    this.#abandoned.delete(child)
    for (const [path, hanging] of this.#hanging) if (hanging === child) this.#hanging.delete(path)
    if (child === this.#child) {
      const waiting = this.#current
      this.#child = undefined
      this.#current = undefined
      if (waiting) this.#settle(waiting, error)
    }
    if (!this.#isClosed) this.#next()
  }

  #settle(waiting: Waiting, answer: Outcome): void {
    clearTimeout(waiting.timer)
    waiting.settle(answer)
  }
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
