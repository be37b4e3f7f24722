import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeApi } from './api.ts'
import { Backoff } from './backoff.ts'
import { assumedRights, type ClusterRights, readRights } from './cluster-rights.ts'

/** How rights are followed. */
export interface RightsWatchOptions {
  /** The namespaces that the operator names; empty: all that may be watched. */
  readonly namespaces: readonly string[]
  /** Told of the first answer, and whenever another one comes. */
  onRights(rights: ClusterRights): void
  /** Told why the API server could not be asked; it is asked again. */
  onFailure(error: Error): void
  readonly everyMs?: number
  readonly backoffMs?: readonly [number, number]
}

/** Follows what we may do: rights are granted and taken while a program runs, and an API server may come up after it. */
export class RightsWatch implements AsyncDisposable {
  readonly #api: KubeApi
  readonly #options: RightsWatchOptions
  readonly #stop = new AbortController()
  readonly #backoff: Backoff
  readonly #done: Promise<void>
  #rights: ClusterRights
  #isKnown = false

  constructor(api: KubeApi, options: RightsWatchOptions) {
    this.#api = api
    this.#options = options
    this.#rights = assumedRights(options.namespaces)
    this.#backoff = new Backoff(options.backoffMs ?? [1000, 15_000], Math.random)
    this.#done = this.#run()
  }

  /** The last answer; before the first, what is assumed. */
  get rights(): ClusterRights {
    return this.#rights
  }

  /** Whether the API server has answered. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const waitMs = await this.#ask()
      await sleep(waitMs, undefined, { signal, ref: false }).catch(stopped)
    }
  }

  /** Asks once; answers with how long to wait before the next time. */
  async #ask(): Promise<number> {
    const { namespaces, onRights, onFailure, everyMs = 60_000 } = this.#options
    try {
      const rights = await readRights(this.#api, namespaces, this.#stop.signal)
      if (this.#stop.signal.aborted) return 0
      const isNew = !this.#isKnown || JSON.stringify(rights) !== JSON.stringify(this.#rights)
      this.#rights = rights
      this.#isKnown = true
      this.#backoff.reset()
      if (isNew) onRights(rights)
      return everyMs
    } catch (error) {
      if (!this.#stop.signal.aborted) onFailure(error as Error)
      return this.#backoff.nextMs()
    }
  }
}

/** The wait was ended, which is what the signal is for. */
function stopped(): void {}
