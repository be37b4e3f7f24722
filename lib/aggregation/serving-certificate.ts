import { signServing, type CertificatePair } from '#lib/certificates'
import type { Logger } from '#lib/log'
import type { TelemetryFamily } from '#lib/telemetry'
import { type Authorities, type Authority, isOld, nextStep, type Step } from './authorities.ts'
import type { AuthorityStore } from './authority-store.ts'
import { servingNames, type AggregationNames, type AggregationTimings } from './names.ts'
import type { Trust } from './trust.ts'

/** What the serving certificate is made with. */
export interface ServingCertificateOptions {
  readonly store: AuthorityStore
  readonly trust: Trust
  readonly names: AggregationNames
  readonly timings: AggregationTimings
  readonly log: Logger
  readonly now: () => number
  readonly signServing?: typeof signServing
  /** Told whenever there is a new certificate to serve with. */
  readonly changed: (pair: CertificatePair) => void
}

/** A certificate of a replica, which only lives in its memory. */
interface Signed extends CertificatePair {
  readonly by: Authority
  readonly notBeforeMs: number
  readonly notAfterMs: number
}

const SERVING_MS = 30 * 86_400_000
const EARLIER_MS = 3_600_000

const said: Readonly<Record<Step, string>> = {
  'make-next': 'a new authority for serving certificates is made; it signs once the API server trusts it',
  promote: 'serving certificates are signed by the new authority from now on; the old one stays trusted for a while',
  retire: 'the old authority for serving certificates is no longer trusted',
}

/** Keeps this replica's serving certificate good, and takes the steps of a change of authorities when they are due. */
export class ServingCertificate {
  readonly #options: ServingCertificateOptions
  #has: Authorities | undefined
  #signed: Signed | undefined

  constructor(options: ServingCertificateOptions) {
    this.#options = options
  }

  /** What to serve with; undefined before the first `look`. */
  get pair(): CertificatePair | undefined {
    return this.#signed
  }

  /** What `caBundle` is to hold, as last read. */
  get bundle(): string {
    return this.#has?.bundle ?? ''
  }

  /** Reads the Secret, takes the step that is due, and signs anew where that is due. */
  async look(signal?: AbortSignal): Promise<void> {
    await this.read(signal)
    await this.#step(signal)
    await this.#sign()
  }

  /** Reads the Secret alone: what `caBundle` is to hold as of now. */
  async read(signal?: AbortSignal): Promise<string> {
    this.#has = await this.#options.store.read(this.bundle, signal)
    return this.#has.bundle
  }

  telemetry(): TelemetryFamily[] {
    const { current, next } = this.#has ?? {}
    const authorities = Object.entries({ current, next }).filter(([, one]) => one !== undefined)
    return [
      gauge(
        'binnacle_metrics_api_authority_not_after_seconds',
        'When an authority that signs serving certificates of metrics-api ends.',
        authorities.map(([name, one]) => ({ labels: ['authority', name], value: (one?.notAfterMs ?? 0) / 1000 })),
      ),
      gauge(
        'binnacle_metrics_api_certificate_not_after_seconds',
        "When this replica's serving certificate ends; it is renewed long before.",
        this.#signed === undefined ? [] : [{ labels: [], value: this.#signed.notAfterMs / 1000 }],
      ),
    ]
  }

  async #step(signal?: AbortSignal): Promise<void> {
    const { trust, timings, now, store, log } = this.#options
    const has = this.#has
    if (has === undefined) return
    const nextHeldMs = has.next === undefined ? 0 : trust.heldMs(has.next.fingerprint)
    const step = nextStep(has, { nowMs: now(), nextHeldMs }, timings)
    if (step === undefined) return
    const changed = await store.take(step, has, signal)
    // Whoever was quicker has taken it: the next look reads what came of it.
    if (changed === undefined) return
    this.#has = changed
    log.info({ step }, said[step])
  }

  async #sign(): Promise<void> {
    const by = this.#signer()
    if (by === undefined) return
    const { names, now, changed, signServing: sign = signServing } = this.#options
    const notBeforeMs = Math.max(by.notBeforeMs, now() - EARLIER_MS)
    const notAfterMs = Math.min(by.notAfterMs, now() + SERVING_MS)
    const dnsNames = servingNames(names)
    const options = { commonName: dnsNames[0], dnsNames, ipAddresses: [], notBeforeMs, notAfterMs }
    this.#signed = { ...(await sign(by, options)), by, notBeforeMs, notAfterMs }
    changed(this.#signed)
  }

  /** Who signs a new certificate now; undefined where none is due. */
  #signer(): Authority | undefined {
    const { trust, timings, now } = this.#options
    if (this.#has === undefined) return undefined
    const { current } = this.#has
    const mine = this.#signed
    if (mine === undefined) return current
    if (mine.by.fingerprint === current.fingerprint) return isOld(mine, now()) ? current : undefined
    const held = trust.heldMs(current.fingerprint)
    const mayMove =
      held >= timings.spreadMs || (held > 0 && !trust.isHeld(mine.by.fingerprint)) || now() > mine.notAfterMs
    // Until it may move, what is old is renewed by whoever is trusted still.
    return mayMove ? current : isOld(mine, now()) ? mine.by : undefined
  }
}

function gauge(name: string, help: string, metrics: TelemetryFamily['metrics']): TelemetryFamily {
  return { name, help, type: 'gauge', metrics }
}
