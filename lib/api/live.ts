import type { Scope } from '#lib/storage'
import type { Answer } from './error.ts'
import type { Params } from './params.ts'
import type { ReadRequest } from './read-api.ts'
import { SUCCESS_HEAD } from './result-json.ts'
import type { Source, VersionedSource } from './source.ts'

/** What a page asks to be kept up to date. */
export type Subscription =
  | {
      readonly id: string
      readonly kind: 'range'
      readonly query: string
      readonly rangeMs: number
      readonly stepMs: number
    }
  | { readonly id: string; readonly kind: 'instant'; readonly query: string }
  | OwnSubscription

/** To a source of ours, by name. */
interface OwnSubscription {
  readonly id: string
  readonly kind: string
  readonly params?: Readonly<Record<string, string>>
}

export interface LiveOptions {
  readonly scope: Scope
  read(request: ReadRequest, signal: AbortSignal): Promise<Answer>
  /** Sources by name, such as the verdict. */
  readonly sources: Readonly<Record<string, Source>>
  send(message: string): void
  now(): number
}

/** The most that one page may ask for. */
const MAX_SUBSCRIPTIONS = 200
const MAX_POINTS = 2_000
const EARLY_MS = 20_000

/**
 * One page's stream of live values: what it subscribed to is sent whole once, then only what is new. One stream a page,
 * not one poll per chart.
 */
export class LiveStream {
  readonly #options: LiveOptions
  readonly #stop = new AbortController()
  #subscriptions: readonly Subscription[] = []
  /** The last step that a range subscription was sent, by its id. */
  #sentUntil = new Map<string, number>()
  /** The version of a list that a subscription was sent, by its id. */
  #sentVersion = new Map<string, number>()
  #running = false
  #again = false
  #everything = false

  /** Steps are counted from here, whole seconds: so the newest one is never far behind, and all charts of a page share it. */
  #beganMs: number
  readonly #openedMs: number

  constructor(options: LiveOptions) {
    this.#options = options
    this.#openedMs = options.now()
    this.#beganMs = wholeSecond(this.#openedMs)
  }

  /** A message of the page; one that makes no sense is answered with an error. */
  receive(text: string): void {
    let list: unknown
    try {
      list = (JSON.parse(text) as { subscribe?: unknown }).subscribe
    } catch {
      list = undefined
    }
    if (!Array.isArray(list) || list.length > MAX_SUBSCRIPTIONS || !list.every(isSubscription)) {
      this.#options.send(
        JSON.stringify({ error: `expected {"subscribe": […]} with at most ${MAX_SUBSCRIPTIONS} entries` }),
      )
      return
    }
    const before = new Set(this.#subscriptions.map((subscription) => JSON.stringify(subscription)))
    const kept = new Set(list.filter((item) => before.has(JSON.stringify(item))).map(({ id }) => id))
    this.#sentUntil = new Map([...this.#sentUntil].filter(([id]) => kept.has(id)))
    this.#sentVersion = new Map([...this.#sentVersion].filter(([id]) => kept.has(id)))
    this.#subscriptions = list
    void this.tick()
  }

  /**
   * Sends what is new: the next steps of charts as soon as they are over, what has changed in lists and, with
   * `everything`, all that is sent whole.
   * A tick that comes while one runs follows it.
   */
  async tick(everything = true): Promise<void> {
    this.#everything ||= everything
    if (this.#running) {
      this.#again = true
      return
    }
    this.#running = true
    do {
      this.#again = false
      const list = this.#everything ? this.#subscriptions : this.#subscriptions.filter((one) => this.#isGradual(one))
      const all = this.#subscriptions
      // No chart has points yet: steps that count from now find the first samples soonest.
      if (this.#sentUntil.size === 0) this.#beganMs = wholeSecond(this.#options.now())
      this.#everything = false
      for (const subscription of list) {
        if (this.#stop.signal.aborted || this.#subscriptions !== all) break
        await this.#update(subscription).catch((error: unknown) => this.#fail(subscription.id, error))
      }
    } while (this.#again && !this.#stop.signal.aborted)
    this.#running = false
  }

  close(): void {
    this.#stop.abort()
    this.#subscriptions = []
  }

  async #update(subscription: Subscription): Promise<void> {
    if (isRange(subscription)) return this.#range(subscription)
    if (isInstant(subscription)) return this.#instant(subscription)
    return this.#own(subscription)
  }

  /** Whether only what is new is sent of it. */
  #isGradual(subscription: Subscription): boolean {
    if (isRange(subscription) || isInstant(subscription)) return isRange(subscription)
    const { sources } = this.#options
    return Object.hasOwn(sources, subscription.kind) && typeof sources[subscription.kind] !== 'function'
  }

  async #own(subscription: OwnSubscription): Promise<void> {
    const { id, kind } = subscription
    if (!Object.hasOwn(this.#options.sources, kind)) throw new Error(`unknown kind ${JSON.stringify(kind)}`)
    const source = this.#options.sources[kind]
    const params = paramsOf(subscription)
    if (typeof source !== 'function') return this.#list(subscription, source, params)
    const data = await source(this.#options.scope, params)
    if (!this.#stop.signal.aborted) this.#options.send(JSON.stringify({ id, data }))
  }

  async #list(subscription: OwnSubscription, source: VersionedSource, params: Params): Promise<void> {
    const { id } = subscription
    const { scope } = this.#options
    const sent = this.#sentVersion.get(id)
    const data = await (sent === undefined ? source.whole(scope, params) : source.since(scope, params, sent))
    // As with a range, it may have been replaced meanwhile.
    if (data === undefined || !this.#subscriptions.includes(subscription)) return
    this.#options.send(JSON.stringify({ id, data }))
    this.#sentVersion.set(id, data.version)
  }

  /** One subscription that fails says so and leaves the others alone. */
  #fail(id: string, error: unknown): void {
    if (this.#stop.signal.aborted) return
    this.#options.send(JSON.stringify({ id, error: error instanceof Error ? error.message : String(error) }))
  }

  async #range(subscription: Extract<Subscription, { kind: 'range' }>): Promise<void> {
    const { id, query, stepMs, rangeMs } = subscription
    const endMs = this.#beganMs + Math.floor((this.#options.now() - this.#beganMs) / stepMs) * stepMs
    const wholeMs = endMs - Math.floor(rangeMs / stepMs) * stepMs
    const sent = this.#sentUntil.get(id)
    // After a long pause more is missing than the chart shows: then it is sent whole again.
    const append = sent !== undefined && sent >= wholeMs
    const startMs = append ? sent + stepMs : wholeMs
    if (startMs > endMs) return
    const params = {
      query: [query],
      start: [String(startMs / 1000)],
      end: [String(endMs / 1000)],
      step: [String(stepMs / 1000)],
    }
    const answer = await this.#read({ endpoint: 'query_range', params })
    // A subscription may have been replaced meanwhile by another of the same id.
    if (!this.#subscriptions.includes(subscription)) return
    if (answer.status === 200 && !this.#isTooEarly(answer)) this.#sentUntil.set(id, endMs)
    this.#answer(id, answer, append)
  }

  /** An empty answer soon after the start is asked for again whole: the first samples are about to come. */
  #isTooEarly({ body }: Answer): boolean {
    if (this.#options.now() - this.#openedMs > EARLY_MS || body.length > 200) return false
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes('"result":[]')
  }

  async #instant({ id, query }: Extract<Subscription, { kind: 'instant' }>): Promise<void> {
    const params = { query: [query], time: [String(this.#options.now() / 1000)] }
    this.#answer(id, await this.#read({ endpoint: 'query', params }), false)
  }

  #read(request: Pick<ReadRequest, 'endpoint' | 'params'>): Promise<Answer> {
    const { scope } = this.#options
    return this.#options.read({ ...request, scope, nowMs: this.#options.now() }, this.#stop.signal)
  }

  /** The answer's bytes are JSON already: they become the message's `data` as they are. */
  #answer(id: string, { status, body }: Answer, append: boolean): void {
    if (this.#stop.signal.aborted) return
    const json = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
    const head = `{"id":${JSON.stringify(id)},`
    if (status !== 200) {
      const { error } = JSON.parse(json) as { error: string }
      this.#options.send(`${head}"error":${JSON.stringify(error)}}`)
    } else {
      this.#options.send(`${head}"data":{"append":${append},${json.slice(SUCCESS_HEAD.length)}`)
    }
  }
}

function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}

function isRange(subscription: Subscription): subscription is Extract<Subscription, { kind: 'range' }> {
  return subscription.kind === 'range'
}

function isInstant(subscription: Subscription): subscription is Extract<Subscription, { kind: 'instant' }> {
  return subscription.kind === 'instant'
}

function paramsOf({ params = {} }: OwnSubscription): Params {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, [value]]))
}

function isSubscription(value: unknown): value is Subscription {
  if (typeof value !== 'object' || value === null) return false
  const item = value as Record<string, unknown>
  if (typeof item.id !== 'string' || typeof item.kind !== 'string') return false
  if (item.kind === 'instant') return typeof item.query === 'string'
  if (item.kind !== 'range') return isParams(item.params)
  const { query, rangeMs, stepMs } = item
  return typeof query === 'string' && isPositive(rangeMs) && isPositive(stepMs) && rangeMs / stepMs <= MAX_POINTS
}

function isParams(value: unknown): boolean {
  if (value === undefined) return true
  return typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string')
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 1
}
