import { SilentError } from './stream-refusals.ts'

/** Aborts what has been silent for too long. One timer, however much is heard. */
export class Silence implements Disposable {
  readonly #controller: AbortController
  #limitMs: number
  readonly #now: () => number
  #heardAt: number
  #timer: NodeJS.Timeout

  constructor(limitMs: number, controller: AbortController, now: () => number = () => performance.now()) {
    this.#now = now
    this.#heardAt = now()
    this.#limitMs = limitMs
    this.#controller = controller
    this.#timer = setTimeout(() => this.#look(), limitMs)
  }

  heard(): void {
    this.#heardAt = this.#now()
  }

  /** From now on another silence is too long. */
  allow(limitMs: number): void {
    this.#limitMs = limitMs
    this.heard()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#look(), limitMs)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }

  #look(): void {
    const left = this.#heardAt + this.#limitMs - this.#now()
    if (left > 0) this.#timer = setTimeout(() => this.#look(), left)
    else this.#controller.abort(new SilentError(`nothing came for ${Math.round(this.#limitMs / 1000)} s`))
  }
}
