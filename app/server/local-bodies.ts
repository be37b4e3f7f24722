/** A body that a local target gives to the store thread. The bytes move there: nobody may use them afterwards. */
export type LocalBody = (name: string) => Promise<{ body: Uint8Array; contentType: string }>

/** Where the bodies of local targets come from, by what their names begin with. */
export class LocalBodies {
  readonly #own: LocalBody
  readonly #byPrefix = new Map<string, LocalBody>()

  /** `own` has the names that begin with no other's prefix. */
  constructor(own: LocalBody) {
    this.#own = own
  }

  /** Names that begin so (`kube-proxy:`) are asked there, with the whole name. */
  add(prefix: string, body: LocalBody): void {
    this.#byPrefix.set(prefix, body)
  }

  get(name: string): ReturnType<LocalBody> {
    for (const [prefix, body] of this.#byPrefix) if (name.startsWith(prefix)) return body(name)
    return this.#own(name)
  }
}
