import { around, Backoff, sleep } from './backoff.ts'
import { failureOf, type Failure } from './failure.ts'
import { FanOut } from './fan-out.ts'
import { Dropped, ListWatch } from './list-watch.ts'
import { resourceName } from './resource.ts'
import type { WatchState } from './sink.ts'
import type { WatchScope, WatchShared } from './watch-scope.ts'

/** So many failures in a row may be a server with another history: the next attempt lists again. */
const FAILURES_BEFORE_LIST = 6
/** What was there and is not found is asked for again so often before it counts as gone: a server that starts may not know it yet. */
const ABSENCES_BEFORE_GONE = 3
/** What was watched and is refused, likewise: a server that starts knows no roles yet. */
const REFUSALS_BEFORE_FORBIDDEN = 6
/** Two versions that expired within this time are no accident: the second one waits. */
const EXPIRED_AGAIN_MS = 60_000

/**
 * One list and one watch, kept going until stopped:
 *
 *   list (a stream, or pages) ──► watch ──closed, dropped, silent──► watch from the last version
 *        ▲                          └──410, unreadable──► list again; what has vanished meanwhile is removed at its end
 *        └── waits after a failure: as the server says, else longer each time; rarely where forbidden or absent
 */
export class WatchLoop {
  readonly scope: WatchScope
  readonly fan = new FanOut()
  readonly #shared: WatchShared
  readonly #name: string
  readonly #source: ListWatch
  readonly #backoff: Backoff
  readonly #expiredBackoff: Backoff
  #attempt = new AbortController()
  #isStopped = false
  #done: Promise<void> | undefined
  /** Its turn among the lists, while it has one. */
  #turn: Disposable | undefined
  #phase: WatchState['phase'] = 'listing'
  #reason = ''
  #status = 0
  #sinceMs = Date.now()
  #failure: WatchState['failure'] = ''
  #failingSinceMs = 0
  #failureText = ''
  #failures = 0
  #expiredAtMs = -Infinity
  #wantsPages = false
  #way: 'stream' | 'pages' = 'stream'

  constructor(scope: WatchScope, shared: WatchShared) {
    this.scope = scope
    this.#shared = shared
    this.#name = resourceName(scope.resource)
    this.#source = new ListWatch(
      scope,
      shared,
      this.fan,
      () => this.#onListed(),
      () => this.#setFailure(''),
    )
    this.#backoff = new Backoff(shared.timings.backoffMs, shared.random)
    this.#expiredBackoff = new Backoff(shared.timings.backoffMs, shared.random)
  }

  get state(): WatchState {
    return {
      resource: this.scope.resource,
      namespace: this.scope.namespace,
      phase: this.#phase,
      reason: this.#reason,
      status: this.#status,
      objects: this.#source.size,
      sinceMs: this.#sinceMs,
      failure: this.#failure,
      failingSinceMs: this.#failingSinceMs,
      failureText: this.#failureText,
    }
  }

  get isStarted(): boolean {
    return this.#done !== undefined
  }

  start(): void {
    this.#done ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#attempt.abort(new Interrupted('stopped'))
    await this.#done
    this.#set('stopped')
  }

  /** Lists again: someone joined late and must be told what exists. */
  relist(): void {
    this.#source.version = ''
    this.#interrupt()
  }

  /** Tries at once what was put off. */
  recheck(): void {
    if (this.#phase === 'absent' || this.#phase === 'forbidden' || this.#phase === 'waiting') this.#interrupt()
  }

  #interrupt(): void {
    if (this.#done === undefined || this.#isStopped) return
    this.#shared.telemetry.restarted(this.#name, 'asked')
    this.#attempt.abort(new Interrupted('asked'))
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      this.#attempt = new AbortController()
      try {
        await this.#once()
      } catch (error) {
        if (this.#isStopped) break
        // A new one: the attempt may have been aborted, and waiting must not be.
        this.#attempt = new AbortController()
        if (!(error instanceof Interrupted)) await this.#recover(error).catch(passInterrupted)
      }
    }
  }

  async #once(): Promise<void> {
    const isWatch = this.#source.version !== ''
    if (isWatch) this.#set('watching')
    const lived = await (isWatch ? this.#source.watch(this.#attempt) : this.#list())
    if (lived === undefined) return
    this.#shared.telemetry.restarted(this.#name, 'closed')
    if (lived >= this.#shared.timings.shortWatchMs) this.#fine()
    else await sleep(this.#backoff.nextMs(), this.#attempt.signal)
  }

  /** Resolves with how long the watch lived that the list went on as, if it did. */
  async #list(): Promise<number | undefined> {
    const { lists, refusals, telemetry } = this.#shared
    this.#set('listing')
    this.#turn = await lists.take(this.#attempt.signal)
    const way = (this.#way = this.#wantsPages || refusals.isRefused ? 'pages' : 'stream')
    try {
      return await (way === 'pages'
        ? this.#source.pages(this.#attempt).then(() => undefined)
        : this.#source.stream(this.#attempt))
    } catch (error) {
      if (this.#source.version !== '' || error instanceof Interrupted) throw error
      telemetry.listed(this.#name, way, 'error')
      throw way === 'stream' && refusals.learn(error) ? new StreamRefused('', { cause: error }) : error
    } finally {
      this.#turn?.[Symbol.dispose]()
    }
  }

  /** Remembers what goes wrong from the first failure until the server answers again, whatever is tried in between. */
  #setFailure(failure: WatchState['failure'], text = ''): void {
    this.#failureText = text
    if (failure === this.#failure) return
    if (this.#failure === '') this.#failingSinceMs = Date.now()
    if (failure === '') this.#failingSinceMs = 0
    this.#failure = failure
  }

  #onListed(): void {
    this.#setFailure('')
    this.#turn?.[Symbol.dispose]()
    this.#shared.telemetry.listed(this.#name, this.#way, 'success')
    this.#wantsPages = false
    this.#fine()
    this.#set('watching')
    this.fan.synced(this)
  }

  #fine(): void {
    this.#backoff.reset()
    this.#failures = 0
  }

  async #recover(error: unknown): Promise<void> {
    const { telemetry, api } = this.#shared
    if (error instanceof StreamRefused) {
      this.#wantsPages = true
      return telemetry.restarted(this.#name, 'stream-refused')
    }
    if (error instanceof Dropped) {
      telemetry.restarted(this.#name, 'dropped')
      return sleep(this.#backoff.nextMs(), this.#attempt.signal)
    }
    const verb = this.#source.version === '' ? 'list' : 'watch'
    const failure = failureOf(error, verb, this.scope.resource, this.scope.namespace, api.identity)
    telemetry.restarted(this.#name, failure.restart)
    if (failure.restart !== 'silent' && failure.restart !== 'expired') this.#setFailure(failure.restart, failure.reason)
    this.#failures++
    return this.#waitFor(failure)
  }

  #waitFor(failure: Failure): Promise<void> {
    switch (failure.restart) {
      case 'silent':
        return Promise.resolve()
      case 'expired':
        return this.#startOver()
      case 'forbidden':
        if (this.#source.version !== '' && this.#failures < REFUSALS_BEFORE_FORBIDDEN) return this.#wait(failure)
        return this.#putOff('forbidden', failure)
      case 'absent':
        if (this.#source.size > 0 && this.#failures < ABSENCES_BEFORE_GONE) return this.#wait(failure)
        this.#source.forget()
        return this.#putOff('absent', failure)
      case 'unreadable':
        this.#source.version = ''
        return this.#wait(failure)
      default:
        if (failure.status >= 500 && this.#failures >= FAILURES_BEFORE_LIST) this.#source.version = ''
        return this.#wait(failure)
    }
  }

  /** At once; but not again and again. What was told stays until the new list says otherwise. */
  async #startOver(): Promise<void> {
    if (this.#source.version === '') this.#source.pageFactor *= 4
    this.#source.version = ''
    const isAgain = performance.now() - this.#expiredAtMs < EXPIRED_AGAIN_MS
    this.#expiredAtMs = performance.now()
    if (isAgain) await sleep(this.#expiredBackoff.nextMs(), this.#attempt.signal)
    else this.#expiredBackoff.reset()
  }

  #wait({ reason, status, retryAfterSeconds }: Failure): Promise<void> {
    this.#set('waiting', reason, status)
    return sleep(this.#backoff.nextMs(retryAfterSeconds), this.#attempt.signal)
  }

  #putOff(phase: 'forbidden' | 'absent', { reason, status }: Failure): Promise<void> {
    this.#set(phase, reason, status)
    return sleep(around(this.#shared.timings.rareMs, this.#shared.random), this.#attempt.signal)
  }

  #set(phase: WatchState['phase'], reason = '', status = 0): void {
    if (phase === this.#phase && reason === this.#reason && status === this.#status && phase !== 'listing') return
    if (phase !== this.#phase) this.#sinceMs = Date.now()
    this.#phase = phase
    this.#reason = reason
    this.#status = status
    this.fan.state(this.state, this)
  }
}

/** Someone asked for something else; no failure. */
class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** A streaming list failed in a way that pages may not. */
class StreamRefused extends Error {
  override readonly name = 'StreamRefused'
}

function passInterrupted(error: unknown): void {
  if (!(error instanceof Interrupted)) throw error
}
