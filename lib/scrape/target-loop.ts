import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BodyBuffer, BodyBufferPool } from '#lib/http'
import type { Logger } from '#lib/log'
import type { Appender, SampleGroup } from '#lib/storage'
import { BodyMatcher } from './body-matcher.ts'
import type { BodySource } from './pool.ts'
import { ReportSeries } from './report-series.ts'
import type { SampleBudget } from './sample-budget.ts'
import type { ScrapeError } from './scrape-error.ts'
import type { ScrapeTelemetry } from './scrape-telemetry.ts'
import type { Slots } from './slots.ts'
import { globalUrl, isOwn, nextScrapeMs, type Target } from './target.ts'
import { TargetBody } from './target-body.ts'
import { LONGEST_TIMER_MS } from './units.ts'

/** A timer that fires a little late still means the moment it was set for, so that samples stand in a regular grid. */
const TOLERANCE_MS = 10

/** A rate needs two samples: the second one of an awaited target does not wait for its place in a long interval. */
const SECOND_MS = 10_000
const OFTEN_MS = 15_000

/** What stands in a body with times of its own was measured before, at another pace: so often, for so long, a second measurement is looked for. */
const LOOK_MS = 3000
const LOOK_FOR_MS = 30_000

/** What the page of targets shows. */
export interface TargetStatus {
  readonly id: string
  readonly scrapePool: string
  readonly labels: Readonly<Record<string, string>>
  readonly scrapeUrl: string
  readonly globalUrl: string
  readonly health: 'up' | 'down' | 'unknown'
  /** Empty when the last scrape succeeded. */
  readonly lastError: string
  /** What went wrong without failing the scrape: a guessed format, samples that the store refused. */
  readonly warning: string
  /** 0 before the first scrape. */
  readonly lastScrapeMs: number
  readonly lastDurationMs: number
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly samples: number
  /** Those of them that the pool's rules kept. */
  readonly kept: number
  readonly added: number
  readonly bodyBytes: number
}

/** What the loops of all targets share. */
export interface LoopParts {
  readonly appender: Appender
  readonly log: Logger
  readonly local: BodySource
  readonly buffers: BodyBufferPool
  readonly slots: Slots
  readonly budget: SampleBudget
  readonly telemetry: ScrapeTelemetry
}

type Scraped = Pick<
  TargetStatus,
  'health' | 'lastError' | 'warning' | 'lastScrapeMs' | 'lastDurationMs' | 'samples' | 'kept'
>

const NEVER: Scraped = {
  health: 'unknown',
  lastError: '',
  warning: '',
  lastScrapeMs: 0,
  lastDurationMs: 0,
  samples: 0,
  kept: 0,
}

/** Scrapes one target at its moments, one scrape after the other, until it is stopped. */
export class TargetLoop {
  readonly target: Target
  readonly #parts: LoopParts
  readonly #group: SampleGroup
  readonly #matcher: BodyMatcher
  readonly #reports: ReportSeries
  readonly #body: TargetBody
  readonly #stop: AbortController
  readonly #ended: Promise<void>
  #status: Scraped
  #added: number
  #bodyBytes: number

  constructor(target: Target, parts: LoopParts) {
    this.target = target
    this.#parts = parts
    this.#group = parts.appender.openGroup(`${target.pool} ${target.url}`)
    this.#matcher = new BodyMatcher(this.#group, target.labels, target.options)
    this.#reports = new ReportSeries(this.#group, target)
    this.#body = new TargetBody(target, parts.local)
    this.#stop = new AbortController()
    this.#status = NEVER
    this.#added = 0
    this.#bodyBytes = 0
    this.#ended = this.#run()
  }

  status(): TargetStatus {
    const { target } = this
    return {
      id: target.id,
      scrapePool: target.pool,
      labels: target.labels.toJSON(),
      scrapeUrl: target.shownUrl,
      globalUrl: globalUrl(target),
      ...this.#status,
      intervalMs: target.options.intervalMs,
      timeoutMs: target.options.timeoutMs,
      added: this.#added,
      bodyBytes: this.#bodyBytes,
    }
  }

  /** Ends the loop; where the target itself is gone its series get their stale markers. */
  async stop(isGone: boolean): Promise<void> {
    this.#stop.abort()
    await this.#ended
    this.#body.close()
    this.#parts.budget.change(this.target.namespace, this.#status.kept, 0)
    if (isGone && this.#status.lastScrapeMs > 0) {
      this.#group.begin(Math.max(Date.now(), this.#status.lastScrapeMs + 1))
      this.#matcher.addStaleForAll()
      this.#reports.addStale()
      this.#group.commit()
    }
    this.#group.close()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    // A first scrape at once would make all targets of a start fall on one moment; its own place comes soon enough,
    // except for bodies of our own threads, which are what the first chart waits for.
    const isAwaited = isOwn(this.target) || this.#isRelayedOften()
    let dueMs = isAwaited ? Date.now() : nextScrapeMs(this.target, Date.now())
    let isSecond = isAwaited && this.target.options.intervalMs > SECOND_MS
    const looksUntilMs = isAwaited && this.target.options.trackTimestampsStaleness ? dueMs + LOOK_FOR_MS : 0
    while (await sleepUntil(dueMs, signal)) {
      const lateMs = Date.now() - dueMs
      const timeMs = lateMs >= 0 && lateMs <= this.#toleranceMs() ? dueMs : Date.now()
      await this.#parts.slots.take(signal)
      try {
        if (!signal.aborted) await this.#scrape(timeMs, signal)
      } catch (error) {
        this.#parts.log.error({ err: error, target: this.target.url }, 'a scrape ended in an error of our own')
      } finally {
        this.#parts.slots.give()
      }
      const lastMs = Math.max(dueMs, Date.now())
      dueMs = isSecond ? lastMs + SECOND_MS : nextScrapeMs(this.target, lastMs)
      if (lastMs < looksUntilMs) dueMs = Math.min(dueMs, lastMs + LOOK_MS)
      isSecond = false
    }
  }

  /** Where many share the way of relayed bodies their interval is long, and each waits for its place. */
  #isRelayedOften(): boolean {
    return this.target.source !== undefined && this.target.options.intervalMs <= OFTEN_MS
  }

  #toleranceMs(): number {
    return Math.min(TOLERANCE_MS, this.target.options.intervalMs / 100)
  }

  async #scrape(timeMs: number, signal: AbortSignal): Promise<void> {
    const started = performance.now()
    const buffer = this.#parts.buffers.take()
    try {
      const failure = await this.#take(buffer, timeMs, signal)
      if (failure !== undefined && signal.aborted) return
      this.#finish(timeMs, performance.now() - started, failure)
    } finally {
      this.#parts.buffers.give(buffer)
    }
  }

  /** Fetches and matches a body; the samples wait in the group for their commit. The error, or undefined. */
  async #take(buffer: BodyBuffer, timeMs: number, signal: AbortSignal): Promise<string | undefined> {
    const matcher = this.#matcher
    const { budget } = this.#parts
    this.#bodyBytes = 0
    matcher.allowance = budget.allowance(this.target.namespace, this.#status.kept)
    try {
      const format = await this.#body.fetch(buffer, signal)
      this.#bodyBytes = buffer.length
      this.#group.begin(timeMs)
      matcher.begin(buffer, format)
      while (!matcher.step(buffer)) await nextTurn()
    } catch (error) {
      const { code, message } = error as ScrapeError
      return this.#failed(code, message)
    }
    if (matcher.err === '') return undefined
    this.#group.rollback()
    const isOver = matcher.brokenLimit === 'namespace-sample-limit'
    return this.#failed(matcher.brokenLimit || 'body', isOver ? this.#overBudget() : matcher.err)
  }

  #failed(code: string, text: string): string {
    if (!this.#stop.signal.aborted) this.#parts.telemetry.failed(code, this.target.namespace)
    return text
  }

  #overBudget(): string {
    const namespace = JSON.stringify(this.target.namespace)
    return `sample limit of namespace ${namespace} exceeded (limit: ${this.#parts.budget.limit} over all of its targets)`
  }

  #finish(timeMs: number, durationMs: number, failure: string | undefined): void {
    const matcher = this.#matcher
    const isUp = failure === undefined
    if (!isUp) {
      this.#group.begin(timeMs)
      matcher.addStaleForAll()
    }
    const samples = isUp ? matcher.samples : 0
    const kept = isUp ? samples - matcher.dropped : 0
    const added = isUp ? matcher.added : 0
    this.#reports.add({ isUp, durationMs, samples, kept, added, bodyBytes: this.#bodyBytes })
    const isKept = this.#group.commit()
    if (isKept && isUp) matcher.accept()
    else if (isKept) matcher.acceptStale()
    const lastError = failure ?? (isKept ? '' : `the store refused the scrape: ${this.#group.refusal}`)
    this.#added = added
    this.#tell(lastError)
    this.#parts.budget.change(this.target.namespace, this.#status.kept, kept)
    this.#status = {
      health: lastError === '' ? 'up' : 'down',
      lastError,
      warning: [this.#body.warning, ...refusals(matcher)].filter(Boolean).join('; '),
      lastScrapeMs: timeMs,
      lastDurationMs: durationMs,
      samples,
      kept,
    }
  }

  /** Logs what changed, once. */
  #tell(lastError: string): void {
    const { health, lastError: before } = this.#status
    const where = { pool: this.target.pool, target: this.target.url }
    if (lastError !== '' && before !== lastError && health !== 'down') {
      this.#parts.log.warn({ ...where, why: lastError }, 'a target is down')
    } else if (lastError === '' && health === 'down') this.#parts.log.info(where, 'a target is up again')
  }
}

function refusals(matcher: BodyMatcher): string[] {
  return [...matcher.refused].map(([reason, count]) => `${count} samples refused: ${reason}`)
}

/** Waits for a moment; false when stopped before. */
async function sleepUntil(dueMs: number, signal: AbortSignal): Promise<boolean> {
  while (dueMs - Date.now() > LONGEST_TIMER_MS) {
    if (!(await sleepOnce(Date.now() + LONGEST_TIMER_MS, signal))) return false
  }
  return sleepOnce(dueMs, signal)
}

function sleepOnce(dueMs: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const stop = () => done(false)
  const timer = setTimeout(() => done(true), Math.max(0, dueMs - Date.now()))
  const done = (isDue: boolean) => {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    resolve(isDue)
  }
  signal.addEventListener('abort', stop, { once: true })
  return promise
}
