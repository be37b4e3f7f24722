import { setImmediate } from 'node:timers/promises'

/** How long work may hold the thread. */
const MOST_MS = 20

/** Lets others run now and then, and ends the work where its signal says so. */
export class Pause {
  readonly #signal: AbortSignal | undefined
  #since = performance.now()

  /** Throws where the signal has come already. */
  constructor(signal: AbortSignal | undefined) {
    signal?.throwIfAborted()
    this.#signal = signal
  }

  /** Whether `take` is due. */
  get isDue(): boolean {
    return performance.now() - this.#since > MOST_MS
  }

  async take(): Promise<void> {
    this.#signal?.throwIfAborted()
    await setImmediate()
    this.#signal?.throwIfAborted()
    this.#since = performance.now()
  }
}
