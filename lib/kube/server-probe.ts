import type { KubeApi } from './api.ts'
import { KubeConnectionError } from './connection-error.ts'

const TIMEOUT_MS = 5000
/** One answer that does not come may be chance. */
const FAILURES = 2

/**
 * Asks the API server now and again whether it is there: a way that closes without a word is seen by a watch only when its
 * bookmarks have been missing for minutes.
 */
export class ServerProbe {
  readonly #api: KubeApi
  readonly #onBack: () => void
  #failures = 0
  #sinceMs = 0
  #text = ''

  /** `onBack` is told when it answers again. */
  constructor(api: KubeApi, onBack: () => void) {
    this.#api = api
    this.#onBack = onBack
  }

  /** Since when nothing answers, and in which words; undefined while something does, whatever it answers. */
  get gap(): { readonly sinceMs: number; readonly text: string } | undefined {
    return this.#failures < FAILURES ? undefined : { sinceMs: this.#sinceMs, text: this.#text }
  }

  async look(): Promise<void> {
    const startedMs = Date.now()
    try {
      await (await this.#api.request('/version', { timeoutMs: TIMEOUT_MS })).bytes()
    } catch (error) {
      // Credentials that cannot be had are no matter of the way.
      if (error instanceof KubeConnectionError) this.#failed(startedMs, error.message)
      return
    }
    const wasGone = this.gap !== undefined
    this.#failures = 0
    if (wasGone) this.#onBack()
  }

  #failed(startedMs: number, text: string): void {
    if (this.#failures++ === 0) this.#sinceMs = startedMs
    this.#text = text
  }
}
