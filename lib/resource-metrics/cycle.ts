import type { TelemetryFamily } from '#lib/telemetry'
import type { FigureStore } from './figure-store.ts'
import { CycleTelemetry } from './cycle-telemetry.ts'
import { type KubeletAt, KubeletClient, type KubeletProof, type KubeletTrust } from './kubelet-client.ts'
import { type KubeletFailure, KubeletReadError } from './kubelet-read-error.ts'
import { Places } from './places.ts'
import { KubeletBodyError } from './points.ts'

/** A kubelet to read, or why it is not to be. */
export interface KubeletToRead {
  readonly node: string
  readonly at: KubeletAt | { readonly refused: KubeletFailure | 'not-tried'; readonly text: string }
}

/** How a kubelet was at its last reading. */
export interface KubeletState {
  readonly failure: KubeletFailure | 'not-tried' | ''
  /** A sentence without its subject and full stop; '' when all was well. */
  readonly text: string
}

export interface CycleOptions {
  readonly store: FigureStore
  readonly resolutionMs: number
  readonly timeoutMs: number
  readonly trust: KubeletTrust
  /** What there is to read now. */
  kubelets(): Iterable<KubeletToRead>
  proof(): Promise<KubeletProof>
  readonly now?: () => number
}

const AT_ONCE = 100
/** A kubelet that has not answered by then is waited for beside the others: many that hang must not make a cycle late. */
const PATIENCE_MS = 500

/** Reads all kubelets, cycle after cycle. */
export class Cycle implements Disposable {
  /** How many cycles are over. */
  done = 0
  readonly #options: CycleOptions
  readonly #client: KubeletClient
  readonly #now: () => number
  readonly #states = new Map<string, KubeletState>()
  readonly #places = new Places(AT_ONCE, PATIENCE_MS)
  /** Nodes that are being read. */
  readonly #reading = new Set<string>()
  readonly #telemetry = new CycleTelemetry()
  #lastDoneMs = 0

  constructor(options: CycleOptions) {
    this.#options = options
    this.#client = new KubeletClient(options.timeoutMs, options.trust)
    this.#now = options.now ?? Date.now
  }

  /** How a node's kubelet was read last; undefined where nobody has tried. */
  state(node: string): KubeletState | undefined {
    return this.#states.get(node)
  }

  /** The nodes whose kubelets could not be read. */
  failures(): [node: string, state: KubeletState][] {
    return [...this.#states].filter(([, { failure }]) => failure !== '')
  }

  /**
   * Whether waiting longer would bring no figures: a cycle was tried, and where a kubelet has answered a second one, as a
   * rate takes two readings. Before that another replica has more to tell.
   */
  get isWarm(): boolean {
    const hasAnswer = [...this.#states.values()].some(({ failure }) => failure === '')
    return this.done > 1 || (this.done === 1 && !hasAnswer)
  }

  /** Whether the last cycle ended in time: the work goes on. */
  isTimely(): boolean {
    return (
      this.done === 0 || this.#now() - this.#lastDoneMs < 1.5 * this.#options.resolutionMs + this.#options.timeoutMs
    )
  }

  /** Cycles until the signal aborts, each `resolutionMs` or when all of the one before have been begun; `after` follows each. */
  async run(signal: AbortSignal, after: () => Promise<void> = async () => undefined): Promise<void> {
    const { resolutionMs } = this.#options
    let next = this.#now()
    while (!signal.aborted) {
      const over = (await this.#begin(signal)).over.then(after)
      next = Math.max(next + resolutionMs, this.#now())
      const paused = pause(next - this.#now(), signal)
      // What is slow goes on beside the next cycle.
      await Promise.race([over.then(() => paused), paused])
    }
  }

  /** One cycle over all kubelets. Never rejects for what a kubelet does. */
  async once(signal: AbortSignal): Promise<void> {
    await (
      await this.#begin(signal)
    ).over
  }

  telemetry(): TelemetryFamily[] {
    return this.#telemetry.families(this.#states)
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]()
  }

  /** Begins to read each kubelet that is not being read; those that failed last come last. */
  async #begin(signal: AbortSignal): Promise<{ readonly over: Promise<void> }> {
    const started = performance.now()
    const all = [...this.#options.kubelets()]
    this.#forgetOthers(new Set(all.map(({ node }) => node)))
    const proof = await this.#proof()
    const stop = () => this.#client[Symbol.dispose]()
    signal.addEventListener('abort', stop, { once: true })
    const reads: Promise<void>[] = []
    for (const kubelet of this.#inOrder(all)) {
      await this.#places.take()
      reads.push(this.#places.begin(() => this.#readOnce(kubelet, proof, signal)))
    }
    const over = Promise.all(reads).then(() => this.#end(started, signal))
    return { over: over.finally(() => signal.removeEventListener('abort', stop)) }
  }

  #inOrder(all: readonly KubeletToRead[]): KubeletToRead[] {
    const due = all.filter(({ node }) => !this.#reading.has(node))
    const hasFailed = ({ node }: KubeletToRead) => (this.#states.get(node)?.failure ?? '') !== ''
    return [...due.filter((one) => !hasFailed(one)), ...due.filter(hasFailed)]
  }

  #end(started: number, signal: AbortSignal): void {
    if (signal.aborted) return
    this.done++
    this.#lastDoneMs = this.#now()
    this.#telemetry.cycle((performance.now() - started) / 1000, this.#options.store.points())
  }

  /** Or why there is none. */
  async #proof(): Promise<KubeletProof | string> {
    try {
      return await this.#options.proof()
    } catch (error) {
      return (error as Error).message
    }
  }

  async #readOnce(kubelet: KubeletToRead, proof: KubeletProof | string, signal: AbortSignal): Promise<void> {
    const { node, at } = kubelet
    if (signal.aborted) return
    if (typeof proof === 'string') return this.#fail(node, 'not-tried', `there is no credential to show it: ${proof}`)
    if ('refused' in at) return this.#fail(node, at.refused, at.text)
    this.#reading.add(node)
    try {
      await this.#read(at, proof, signal)
    } finally {
      this.#reading.delete(node)
    }
  }

  async #read(at: KubeletAt, proof: KubeletProof, signal: AbortSignal): Promise<void> {
    const { node } = at
    const started = performance.now()
    try {
      const bytes = await this.#client.read(at, proof, (body) => {
        this.#options.store.kubelet(node).take(body, this.#now())
        return body.length
      })
      this.#states.set(node, WELL)
      this.#telemetry.request('true', node, (performance.now() - started) / 1000, bytes, this.#now())
    } catch (error) {
      if (signal.aborted) return
      this.#telemetry.request('false', node, (performance.now() - started) / 1000, 0, this.#now())
      if (error instanceof KubeletReadError) return this.#fail(node, error.code, error.message)
      if (!(error instanceof KubeletBodyError)) throw error
      this.#fail(node, 'body', `its answer cannot be read: ${error.message}`)
    }
  }

  /** What a kubelet that cannot be read said before is not told on: it may be long untrue. */
  #fail(node: string, failure: KubeletState['failure'], text: string): void {
    this.#options.store.kubelet(node).clear()
    this.#states.set(node, { failure, text })
  }

  #forgetOthers(nodes: ReadonlySet<string>): void {
    for (const node of this.#states.keys()) {
      if (nodes.has(node)) continue
      this.#states.delete(node)
      this.#options.store.drop(node)
      this.#client.forget(node)
      this.#telemetry.forget(node)
    }
  }
}

const WELL: KubeletState = { failure: '', text: '' }

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, Math.max(0, ms))
  const stop = () => {
    clearTimeout(timer)
    resolve()
  }
  signal.addEventListener('abort', stop, { once: true })
  return promise.finally(() => signal.removeEventListener('abort', stop))
}
