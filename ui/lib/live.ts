import { appendSeries, readInstant, readMatrix, type InstantSeries, type RangeSeries } from './columns.ts'
import { applyList, isListMessage, type KeyedRow } from './live-list.ts'

/** The lists of a cluster; of each only what changes is sent after the first answer. */
export type ClusterListKind = 'nodes' | 'namespaces' | 'workloads' | 'pods' | 'containers' | 'events'

/** What a page wants to be told of, at every scrape. */
export type LiveSpec =
  | { kind: 'range'; query: string; rangeMs: number; stepMs: number }
  | { kind: 'instant'; query: string }
  | { kind: 'verdict' | 'findings' | 'containers' | 'status' | 'cluster' | `cluster/${ClusterListKind}` }
  | { kind: 'cluster/object'; params: Record<string, string> }

/** The newest answer to one subscription. `atMs` is when it came. */
export interface LiveAnswer {
  atMs: number
  range?: RangeSeries[]
  instant?: InstantSeries[]
  object?: unknown
  list?: readonly KeyedRow[]
  error?: string
  /** How long the first whole answer took to come. */
  tookMs?: number
}

/** How the connection is. `idle`: the page is hidden and nothing is open. */
export interface LiveState {
  phase: 'connecting' | 'open' | 'lost' | 'idle'
  /** When it was lost. */
  sinceMs: number
  /** When the next attempt starts. */
  nextAttemptMs: number
  /** When the last message came: what is shown is from then. */
  lastMessageMs: number
  /** The newest point of any range: the right edge of live charts. */
  newestPointMs: number
}

interface Socket {
  readyState: number
  send(text: string): void
  close(): void
  addEventListener(type: 'open' | 'close' | 'message', listener: (event: { data?: unknown }) => void): void
}

/** What the connection needs from its surroundings; tests pass their own. */
export interface LiveDeps {
  open: () => Socket
  now: () => number
  /** Runs a function later; the answer cancels it. */
  later: (ms: number, run: () => void) => () => void
}

interface Subscription {
  id: string
  spec: LiveSpec
  listeners: Set<() => void>
  answer: LiveAnswer | undefined
  askedMs: number
}

const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 15_000
const OPEN = 1

/** The one socket of the page: subscriptions in, answers out, opened again when lost. */
export class LiveConnection {
  #deps: LiveDeps
  #socket: Socket | null = null
  #subscriptions = new Map<string, Subscription>()
  #stateListeners = new Set<() => void>()
  #state: LiveState = { phase: 'idle', sinceMs: 0, nextAttemptMs: 0, lastMessageMs: 0, newestPointMs: 0 }
  #delayMs = FIRST_DELAY_MS
  #cancelRetry: (() => void) | null = null
  #sendPending = false
  #nextId = 1

  constructor(deps: LiveDeps) {
    this.#deps = deps
  }

  /** The state now; a new object after each change. */
  get state(): LiveState {
    return this.#state
  }

  /** Calls back after each change of state. */
  onState(listener: () => void): () => void {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  /** Starts, or starts again at once what waits for its next attempt. */
  start(): void {
    this.#cancelRetry?.()
    this.#cancelRetry = null
    if (this.#socket) return
    const lost = this.#state.phase === 'lost'
    this.#change(lost ? { nextAttemptMs: this.#deps.now() } : { phase: 'connecting' })
    this.#open()
  }

  /** Closes while nobody looks. The answers stay. */
  stop(): void {
    this.#cancelRetry?.()
    this.#cancelRetry = null
    const socket = this.#socket
    this.#socket = null
    socket?.close()
    this.#change({ phase: 'idle' })
  }

  /** Asks to be told of something; equal wishes share one subscription. */
  subscribe(spec: LiveSpec, listener: () => void): () => void {
    const key = JSON.stringify(spec)
    const found = this.#subscriptions.get(key)
    const one = found ?? {
      id: String(this.#nextId++),
      spec,
      listeners: new Set(),
      answer: undefined,
      askedMs: this.#deps.now(),
    }
    one.listeners.add(listener)
    if (!found) {
      this.#subscriptions.set(key, one)
      this.#sendSoon()
    }
    return () => this.#leave(key, one, listener)
  }

  /** The newest answer to a wish. */
  answerTo(spec: LiveSpec): LiveAnswer | undefined {
    return this.#subscriptions.get(JSON.stringify(spec))?.answer
  }

  #leave(key: string, one: Subscription, listener: () => void): void {
    one.listeners.delete(listener)
    if (one.listeners.size > 0) return
    this.#subscriptions.delete(key)
    this.#sendSoon()
  }

  #open(): void {
    const socket = this.#deps.open()
    this.#socket = socket
    // A socket that was given up may still speak: it is not listened to.
    const ours = () => this.#socket === socket
    socket.addEventListener('open', () => (ours() ? this.#opened() : undefined))
    socket.addEventListener('message', (event) => (ours() ? this.#receive(String(event.data)) : undefined))
    socket.addEventListener('close', () => (ours() ? this.#lose() : undefined))
  }

  #opened(): void {
    this.#delayMs = FIRST_DELAY_MS
    this.#change({ phase: 'open' })
    this.#send()
  }

  #lose(): void {
    const now = this.#deps.now()
    this.#socket = null
    const sinceMs = this.#state.phase === 'lost' ? this.#state.sinceMs : now
    this.#change({ phase: 'lost', sinceMs, nextAttemptMs: now + this.#delayMs })
    this.#cancelRetry = this.#deps.later(this.#delayMs, () => this.start())
    this.#delayMs = Math.min(LONGEST_DELAY_MS, this.#delayMs * 2)
  }

  /** Several parts of a page subscribe in one turn: one message is enough. */
  #sendSoon(): void {
    if (this.#sendPending) return
    this.#sendPending = true
    this.#deps.later(0, () => {
      this.#sendPending = false
      this.#send()
    })
  }

  #send(): void {
    if (this.#socket?.readyState !== OPEN) return
    const subscribe = [...this.#subscriptions.values()].map(({ id, spec }) => Object.assign({ id }, spec))
    this.#socket.send(JSON.stringify({ subscribe }))
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as {
      id: string
      data?: WireData
      error?: string | { message?: string; error?: string }
    }
    const one = [...this.#subscriptions.values()].find(({ id }) => id === message.id)
    const atMs = this.#deps.now()
    if (!one) return this.#change({ lastMessageMs: atMs })
    one.answer = message.error === undefined ? read(one, message.data, atMs) : failed(one.answer, message.error, atMs)
    for (const listener of one.listeners) listener()
    this.#change({ lastMessageMs: atMs, newestPointMs: Math.max(this.#state.newestPointMs, newestPoint(one.answer)) })
  }

  #change(part: Partial<LiveState>): void {
    this.#state = { ...this.#state, ...part }
    for (const listener of this.#stateListeners) listener()
  }
}

interface WireData {
  resultType?: string
  result?: unknown
  append?: boolean
}

function read(one: Subscription, data: WireData | undefined, atMs: number): LiveAnswer {
  if (one.spec.kind === 'instant') return { atMs, instant: readInstant(data) }
  if (one.spec.kind !== 'range') {
    if (isListMessage(data)) return { atMs, list: applyList(one.answer?.list ?? [], data) }
    return { atMs, object: data }
  }
  const series = readMatrix((data?.result ?? []) as never)
  if (!data?.append) return { atMs, range: series, tookMs: one.answer?.tookMs ?? atMs - one.askedMs }
  const newest = Math.max(newestOf(one.answer?.range ?? []), newestOf(series))
  const range = appendSeries(one.answer?.range ?? [], series, newest - one.spec.rangeMs)
  return { atMs, range, tookMs: one.answer?.tookMs }
}

/** An error keeps what was shown before it. */
function failed(
  before: LiveAnswer | undefined,
  error: string | { message?: string; error?: string },
  atMs: number,
): LiveAnswer {
  const words = typeof error === 'string' ? error : (error.message ?? error.error ?? JSON.stringify(error))
  return { ...before, atMs: before?.atMs ?? atMs, error: words }
}

function newestPoint(answer: LiveAnswer): number {
  return newestOf(answer.range ?? [])
}

function newestOf(series: RangeSeries[]): number {
  return series.reduce((newest, one) => Math.max(newest, one.times.at(-1) ?? 0), 0)
}
