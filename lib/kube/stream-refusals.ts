import { KubeStatusError } from './api.ts'

/** Statuses that say nothing about streaming lists: who may not read at all, or has to wait, may not do it by pages either. */
const unrelated = new Set([401, 403, 404, 410, 429, 502, 503, 504])

/** What a server says that knows streaming lists and cannot serve them now, or does not know them. */
const plain = /sendInitialEvents|resourceVersionMatch|watch stream|storage feature|RequestWatchProgress/i

/** Remembers, for all kinds, that a server refuses streaming lists. */
export class StreamRefusals {
  readonly #rememberMs: number
  readonly #now: () => number
  #untilMs = -Infinity

  constructor(rememberMs: number, now: () => number = () => performance.now()) {
    this.#rememberMs = rememberMs
    this.#now = now
  }

  get isRefused(): boolean {
    return this.#now() < this.#untilMs
  }

  /** Whether this failure of a streaming list is a reason to ask for pages. What is clearly a refusal is remembered. */
  learn(error: unknown): boolean {
    if (error instanceof SilentError) return true
    if (error instanceof StreamUnknown) return this.#remember()
    if (!(error instanceof KubeStatusError)) return false
    if (plain.test(error.message)) return this.#remember()
    if (unrelated.has(error.status)) return false
    return error.status < 500 ? this.#remember() : true
  }

  #remember(): true {
    this.#untilMs = this.#now() + this.#rememberMs
    return true
  }
}

/** Nothing came for longer than a living server stays silent. */
export class SilentError extends Error {
  override readonly name = 'SilentError'
}

/** The server answered a streaming list with a plain watch. */
export class StreamUnknown extends Error {
  override readonly name = 'StreamUnknown'
}
