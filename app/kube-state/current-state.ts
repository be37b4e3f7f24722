import { setTimeout as sleep } from 'node:timers/promises'
import { KubeState, type KubeStateSettings, type ObjectSource, type Tell } from '#lib/kube-state'

const CHECK_MS = 100

/** What is answered now. Other settings take its place once all that they ask for is there: no answer is ever half. */
export class CurrentState implements Disposable {
  readonly #source: ObjectSource
  readonly #tell: Tell
  #now: KubeState
  #next: AbortController | undefined

  constructor(source: ObjectSource, settings: KubeStateSettings, tell: Tell) {
    this.#source = source
    this.#tell = tell
    this.#now = new KubeState(source, settings, tell)
  }

  get now(): KubeState {
    return this.#now
  }

  /** Throws OptionError for settings that cannot be; everything goes on as it was then. Resolves when they are in force, or others came. */
  async replace(settings: KubeStateSettings): Promise<void> {
    const next = new KubeState(this.#source, settings, this.#tell)
    this.#next?.abort()
    const mine = (this.#next = new AbortController())
    while (!next.isReady && !mine.signal.aborted) await sleep(CHECK_MS, undefined, { ref: false })
    if (mine.signal.aborted) return next[Symbol.dispose]()
    const before = this.#now
    this.#now = next
    this.#next = undefined
    before[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    this.#next?.abort()
    this.#now[Symbol.dispose]()
  }
}
