import { Registry, type TelemetryFamily } from '#lib/telemetry'
import type { FigureStore } from './figure-store.ts'
import {
  type KubeletAt,
  KubeletClient,
  type KubeletFailure,
  type KubeletProof,
  type KubeletTrust,
  KubeletReadError,
} from './kubelet-client.ts'
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

/** Kubelets that answer are read so many at once; those that do not wait for each other alone. */
const AT_ONCE = 100

/** Reads all kubelets, cycle after cycle. */
export class Cycle implements Disposable {
  /** How many cycles are over. */
  done = 0
  readonly #options: CycleOptions
  readonly #client: KubeletClient
  readonly #now: () => number
  readonly #states = new Map<string, KubeletState>()
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

  /** Whether the last cycle ended in time: the work goes on. */
  isTimely(): boolean {
    return (
      this.done === 0 || this.#now() - this.#lastDoneMs < 1.5 * this.#options.resolutionMs + this.#options.timeoutMs
    )
  }

  /** Cycles until the signal aborts; one starts each `resolutionMs`, or when the one before it is over; `after` follows each. */
  async run(signal: AbortSignal, after: () => Promise<void> = async () => undefined): Promise<void> {
    const { resolutionMs } = this.#options
    let next = this.#now()
    while (!signal.aborted) {
      await this.once(signal)
      await after()
      next = Math.max(next + resolutionMs, this.#now())
      await pause(next - this.#now(), signal)
    }
  }

  /** One cycle over all kubelets. Never rejects for what a kubelet does. */
  async once(signal: AbortSignal): Promise<void> {
    const started = performance.now()
    const all = [...this.#options.kubelets()]
    this.#forgetOthers(new Set(all.map(({ node }) => node)))
    const hasFailed = ({ node }: KubeletToRead) => (this.#states.get(node)?.failure ?? '') !== ''
    const proof = await this.#proof()
    const read = async (kubelet: KubeletToRead) =>
      typeof proof === 'string'
        ? this.#fail(kubelet.node, 'not-tried', `there is no credential to show it: ${proof}`)
        : this.#read(kubelet, proof, signal)
    await Promise.all([
      atOnce(
        all.filter((one) => !hasFailed(one)),
        read,
      ),
      atOnce(all.filter(hasFailed), read),
    ])
    if (signal.aborted) return
    this.done++
    this.#lastDoneMs = this.#now()
    this.#telemetry.cycle((performance.now() - started) / 1000, this.#options.store.points())
  }

  telemetry(): TelemetryFamily[] {
    return this.#telemetry.families(this.#states)
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]()
  }

  /** Or why there is none. */
  async #proof(): Promise<KubeletProof | string> {
    try {
      return await this.#options.proof()
    } catch (error) {
      return (error as Error).message
    }
  }

  async #read({ node, at }: KubeletToRead, proof: KubeletProof, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    if ('refused' in at) return this.#fail(node, at.refused, at.text)
    const started = performance.now()
    try {
      const body = await this.#client.read(at, proof, signal)
      this.#options.store.kubelet(node).take(body, this.#now())
      this.#states.set(node, WELL)
      this.#telemetry.request('true', node, (performance.now() - started) / 1000, body.length, this.#now())
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
      this.#telemetry.forget(node)
    }
  }
}

const WELL: KubeletState = { failure: '', text: '' }

async function atOnce<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < all.length) await work(all[next++])
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker))
}

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

/** The metrics of metrics-server, by their names, so that alerts on them hold. */
class CycleTelemetry {
  readonly #registry = new Registry()
  readonly #requests = this.#registry.counter(
    'metrics_server_kubelet_request_total',
    'Number of requests sent to Kubelet API.',
  )
  readonly #seconds = this.#registry.timer(
    'metrics_server_kubelet_request_duration_seconds',
    'Duration of requests to Kubelet API in seconds.',
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  )
  readonly #cycles = this.#registry.timer(
    'metrics_server_manager_tick_duration_seconds',
    'The total time spent collecting and storing metrics in seconds.',
    [0.1, 0.5, 1, 2.5, 5, 10, 15, 30, 60],
  )
  readonly #points = this.#registry.gauge('metrics_server_storage_points', 'Number of metrics points stored.')
  readonly #bytes = this.#registry.counter('binnacle_kubelet_body_bytes_total', 'Bytes of answers of kubelets.')
  readonly #last = new Map<string, number>()

  request(success: 'true' | 'false', node: string, seconds: number, bytes: number, nowMs: number): void {
    this.#requests.add(1, 'success', success)
    this.#seconds.observe(seconds)
    this.#bytes.add(bytes)
    this.#last.set(node, nowMs)
  }

  cycle(seconds: number, { nodes, containers }: { readonly nodes: number; readonly containers: number }): void {
    this.#cycles.observe(seconds)
    this.#points.set(nodes, 'type', 'node')
    this.#points.set(containers, 'type', 'container')
  }

  forget(node: string): void {
    this.#last.delete(node)
  }

  families(states: ReadonlyMap<string, KubeletState>): TelemetryFamily[] {
    const last = [...this.#last].map(([node, ms]) => ({ labels: ['node', node], value: ms / 1000 }))
    const counts = new Map<string, number>()
    for (const { failure } of states.values()) counts.set(failure, (counts.get(failure) ?? 0) + 1)
    const byResult = [...counts].map(([failure, value]) => ({
      labels: ['result', failure === '' ? 'ok' : failure],
      value,
    }))
    return [
      ...this.#registry.collect(),
      gauge(
        'metrics_server_kubelet_last_request_time_seconds',
        'Time of last request performed to Kubelet API since unix epoch in seconds.',
        last,
      ),
      gauge('binnacle_kubelets', 'Kubelets by how they were read last.', byResult),
    ]
  }
}

function gauge(name: string, help: string, metrics: TelemetryFamily['metrics']): TelemetryFamily {
  return { name, help, type: 'gauge', metrics }
}
