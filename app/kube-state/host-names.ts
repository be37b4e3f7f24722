import { Guard } from '#lib/http'

/**
 * Refuses requests whose `Host` is a public name that is not ours, which a page of that name could send. Addresses,
 * names without a dot and names of services are those of the cluster itself.
 */
export class HostNames {
  readonly #guard: Guard

  constructor(names: readonly string[]) {
    this.#guard = new Guard(names)
  }

  /** Why the request is refused, or undefined. */
  refusal(host: string | undefined, method: string): string | undefined {
    const name = (host ?? '').replace(/:\d+$/, '')
    if (/^[a-z0-9-]+$/i.test(name) || /\.svc(\.[a-z0-9.-]+)?$/i.test(name)) return undefined
    return this.#guard.check({ method, headers: { host }, isWebSocket: false })?.message
  }
}
