import { setTimeout } from 'node:timers/promises'
import type { CertificatePair } from '#lib/certificates'
import { Backoff, getObject, type KubeApi, reasonOf } from '#lib/kube'
import type { Logger } from '#lib/log'
import type { TelemetryFamily } from '#lib/telemetry'
import { API_SERVICE_PATH, type ApiService, isOurs, pemOf } from './api-service.ts'
import { ApiServiceKeeper } from './api-service-keeper.ts'
import { AuthorityStore } from './authority-store.ts'
import { Completeness } from './condition.ts'
import { MissingEvents } from './events.ts'
import type { MissingFigures } from './missing.ts'
import { type AggregationNames, type AggregationTimings, defaultTimings } from './names.ts'
import { ServingCertificate } from './serving-certificate.ts'
import type { AggregationState } from './state.ts'
import { Trust } from './trust.ts'

/** What makes metrics-api an aggregated API server of its cluster. */
export interface AggregationOptions {
  readonly api: KubeApi
  readonly names: AggregationNames
  readonly log: Logger
  /** Whether the first cycle was tried: before that the API is not announced. */
  readonly isReady: () => boolean
  /** What has no figures now. */
  readonly missing: () => Iterable<MissingFigures>
  /** Told whenever there is a new certificate to serve with. */
  readonly onCertificate: (pair: CertificatePair) => void
  readonly nodeUid?: (node: string) => string | undefined
  readonly timings?: AggregationTimings
  readonly now?: () => number
  readonly random?: () => number
}

/** Keeps what an aggregated API server needs in its cluster: its certificate, its APIService, and what it has to tell there. */
export class Aggregation {
  readonly #options: AggregationOptions
  readonly #timings: AggregationTimings
  readonly #random: () => number
  readonly #certificate: ServingCertificate
  readonly #keeper: ApiServiceKeeper
  readonly #completeness: Completeness
  readonly #events: MissingEvents
  /** What went wrong with the Secret last; '' when nothing did. */
  #problem = ''
  /** Why the cluster was not told of missing figures last. */
  #untold = ''

  constructor(options: AggregationOptions) {
    const {
      api,
      names,
      log,
      isReady,
      nodeUid,
      now = Date.now,
      random = Math.random,
      timings = defaultTimings,
    } = options
    this.#options = options
    this.#timings = timings
    this.#random = random
    const trust = new Trust(now)
    const store = new AuthorityStore({ api, names, now, trusted: (signal) => trustedNow(api, names, signal) })
    const changed = options.onCertificate
    this.#certificate = new ServingCertificate({ store, trust, names, timings, log, now, changed })
    this.#keeper = new ApiServiceKeeper({ api, names, certificate: this.#certificate, trust, log, now, isReady })
    this.#completeness = new Completeness({ api, names, now, tellMs: timings.tellMs })
    this.#events = new MissingEvents({ api, instance: names.instance, now, nodeUid })
  }

  /** Resolves with the certificate to begin with. Tries until it is there or the signal aborts. */
  async start(signal: AbortSignal): Promise<CertificatePair> {
    const backoff = this.#backoff()
    while (this.#certificate.pair === undefined) {
      await this.#lookAtSecret(signal)
      if (this.#certificate.pair === undefined) await setTimeout(backoff.nextMs(), undefined, { signal })
    }
    // An APIService of ours learns of a new authority before anyone is served with it; what goes wrong, the state tells.
    await this.#keep(signal)
    return this.#certificate.pair
  }

  /** Keeps all of it until the signal aborts; to be called once the server listens. */
  async run(signal: AbortSignal): Promise<void> {
    const { lookMs, secretMs, tellMs } = this.#timings
    await Promise.all([
      this.#loop(lookMs, signal, () => this.#keep(signal)),
      this.#loop(secretMs, signal, () => this.#lookAtSecret(signal)),
      this.#loop(tellMs / 4, signal, () => this.#tell(signal)),
    ])
  }

  /** Who answers metrics.k8s.io, and why. */
  state(): AggregationState {
    const { state } = this.#keeper
    if (this.#problem === '') return state
    // Without a certificate nothing can be served; with one, what is wrong with the Secret can wait but is told.
    if (this.#certificate.pair === undefined) return { ...state, role: 'failing', why: this.#problem }
    return state.why === '' ? { ...state, why: this.#problem } : state
  }

  telemetry(): TelemetryFamily[] {
    return [...this.#keeper.telemetry.families(), ...this.#certificate.telemetry(), ...this.#events.families()]
  }

  /** Says what went wrong, once until it is something else; false when something did. */
  async #lookAtSecret(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#certificate.look(signal)
      this.#problem = ''
      return true
    } catch (error) {
      const problem = reasonOf(error)
      if (!signal.aborted && problem !== this.#problem)
        this.#options.log.warn(`the serving certificate is not looked after: ${problem}`)
      this.#problem = problem
      return false
    }
  }

  async #tell(signal: AbortSignal): Promise<boolean> {
    const { log, isReady, missing } = this.#options
    if (!isReady() || this.#keeper.seen === undefined) return true
    try {
      await this.#completeness.look(this.#keeper.seen, missing(), signal)
      // Only who answers has something to tell of its figures.
      if (this.#keeper.state.role === 'serving') await this.#events.look(missing(), signal)
      this.#untold = ''
      return true
    } catch (error) {
      const problem = reasonOf(error)
      if (!signal.aborted && problem !== this.#untold)
        log.warn(`what has no figures is not told in the cluster: ${problem}`)
      this.#untold = problem
      return false
    }
  }

  /** The keeper's state tells what went wrong. */
  #keep(signal: AbortSignal): Promise<boolean> {
    return this.#keeper.look(signal).then(
      () => true,
      () => false,
    )
  }

  /** Does the work again and again, and waits longer and longer while it does not succeed. */
  async #loop(everyMs: number, signal: AbortSignal, work: () => Promise<boolean>): Promise<void> {
    const backoff = this.#backoff()
    while (!signal.aborted) {
      const isDone = await work()
      if (isDone) backoff.reset()
      const waitMs = isDone ? everyMs * (0.8 + 0.4 * this.#random()) : backoff.nextMs()
      await setTimeout(waitMs, undefined, { signal }).catch(() => undefined)
    }
  }

  #backoff(): Backoff {
    return new Backoff(this.#timings.backoffMs, this.#random)
  }
}

/** What the API server trusts for our Service, where it asks us. */
async function trustedNow(api: KubeApi, names: AggregationNames, signal?: AbortSignal): Promise<string> {
  const object = await getObject<ApiService>(api, API_SERVICE_PATH, signal)
  return object !== undefined && isOurs(object, names) ? pemOf(object.spec.caBundle) : ''
}
