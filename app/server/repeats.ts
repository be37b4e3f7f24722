import type { Logger } from '#lib/log'
import type { TelemetryFamily } from '#lib/telemetry'

/** Work that is done now and again; a failure is told once, counted, and tried again. */
export class Repeats implements Disposable {
  readonly #log: Pick<Logger, 'warn' | 'info'>
  readonly #stack = new DisposableStack()
  readonly #failures = new Map<string, number>()

  constructor(log: Pick<Logger, 'warn' | 'info'>) {
    this.#log = log
  }

  /** Does it at once and then each time so long after; never twice at a time. */
  every(name: string, ms: number, work: () => Promise<void>): void {
    const attempt = this.#telling(name, work)
    let isBusy = false
    const tick = async () => {
      if (isBusy || this.#stack.disposed) return
      isBusy = true
      await attempt()
      isBusy = false
    }
    const timer = setInterval(() => void tick(), ms)
    this.#stack.defer(() => clearInterval(timer))
    void tick()
  }

  telemetry(): TelemetryFamily[] {
    const metrics = [...this.#failures].map(([name, value]) => ({ labels: ['work', name], value }))
    const help = 'Looks at the cluster that failed and were repeated, by what was looked for.'
    return [{ name: 'binnacle_cluster_look_failures_total', help, type: 'counter', metrics }]
  }

  [Symbol.dispose](): void {
    this.#stack.dispose()
  }

  /** Says a failure when its words are new, and when it is over. */
  #telling(name: string, work: () => Promise<void>): () => Promise<void> {
    let told = ''
    this.#failures.set(name, 0)
    return async () => {
      try {
        await work()
        if (told !== '') this.#log.info({ work: name }, 'it works again')
        told = ''
      } catch (error) {
        if (this.#stack.disposed) return
        this.#failures.set(name, (this.#failures.get(name) ?? 0) + 1)
        const why = (error as Error).message
        if (why !== told) this.#log.warn({ work: name, why }, 'a look at the cluster failed; it is repeated')
        told = why
      }
    }
  }
}
