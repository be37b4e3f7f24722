/** Waiting times after failures: exponential with jitter, at least as long as the server says. */
export class Backoff {
  readonly #firstMs: number
  readonly #mostMs: number
  readonly #random: () => number
  #failures = 0

  constructor([firstMs, mostMs]: readonly [number, number], random: () => number) {
    this.#firstMs = firstMs
    this.#mostMs = mostMs
    this.#random = random
  }

  reset(): void {
    this.#failures = 0
  }

  /** How long to wait after another failure. Jitter only adds to what the server said. */
  nextMs(retryAfterSeconds = 0): number {
    const base = Math.min(this.#mostMs, this.#firstMs * 2 ** Math.min(this.#failures++, 30))
    const own = base * (0.5 + this.#random() / 2)
    return retryAfterSeconds > 0
      ? retryAfterSeconds * 1000 + this.#random() * Math.max(own, retryAfterSeconds * 250)
      : own
  }
}

/** A time around this one, so that many do not come at once. */
export function around(ms: number, random: () => number): number {
  return ms * (0.8 + 0.4 * random())
}

/** Resolves after the time; rejects as soon as the signal aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, ms)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}
