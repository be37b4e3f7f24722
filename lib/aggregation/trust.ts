import { fingerprints } from './api-service.ts'

/** Which authorities the API server trusts for our Service, and since when, as this process has seen it. */
export class Trust {
  readonly #now: () => number
  readonly #sinceMs = new Map<string, number>()
  /** Until the APIService was seen, it may be ours: nobody is known to be trusted. */
  #isAsked = true

  constructor(now: () => number) {
    this.#now = now
  }

  /** What our APIService holds now. */
  saw(bundle: string): void {
    this.#isAsked = true
    const held = fingerprints(bundle)
    for (const known of this.#sinceMs.keys()) if (!held.has(known)) this.#sinceMs.delete(known)
    for (const one of held) if (!this.#sinceMs.has(one)) this.#sinceMs.set(one, this.#now())
  }

  /** There is no APIService of ours: the API server asks another program, or none. */
  sawNone(isAnothers: boolean): void {
    this.#isAsked = !isAnothers
    this.#sinceMs.clear()
  }

  /** For how long an authority has been trusted; 0 when it is not; Infinity where no API server asks us. */
  heldMs(fingerprint: string): number {
    if (!this.#isAsked) return Infinity
    const since = this.#sinceMs.get(fingerprint)
    return since === undefined ? 0 : this.#now() - since
  }

  isHeld(fingerprint: string): boolean {
    return this.#sinceMs.has(fingerprint)
  }
}
