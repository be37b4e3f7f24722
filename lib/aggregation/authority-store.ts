import { makeAuthority, type CertificatePair } from '#lib/certificates'
import { createByApply, getObject, type KubeApi, patchVersion } from '#lib/kube'
import {
  authoritiesIn,
  type Authorities,
  type AuthoritySecret,
  readAuthorities,
  ROTATE_ANNOTATION,
  SINCE_ANNOTATION,
  type Step,
} from './authorities.ts'
import { labels, MANAGER, managerOf, type AggregationNames } from './names.ts'

const DAY_MS = 86_400_000
const AUTHORITY_MS = 365 * DAY_MS
/** Clocks of a cluster differ. */
const EARLIER_MS = 3_600_000

/** What the store is made with. */
export interface AuthorityStoreOptions {
  readonly api: KubeApi
  readonly names: AggregationNames
  readonly now: () => number
  /** What the API server trusts for our Service now, as PEM: it stays trusted when the Secret must be made anew. */
  readonly trusted: (signal?: AbortSignal) => Promise<string>
  readonly makeAuthority?: typeof makeAuthority
}

/** The authorities as the Secret keeps them; several replicas use it at once, and each change is made of the version that was read. */
export class AuthorityStore {
  readonly #options: AuthorityStoreOptions
  readonly #api: KubeApi
  readonly #names: AggregationNames
  readonly #now: () => number
  readonly #path: string

  constructor(options: AuthorityStoreOptions) {
    const { api, names, now } = options
    this.#options = options
    this.#api = api
    this.#names = names
    this.#now = now
    this.#path = `/api/v1/namespaces/${names.namespace}/secrets/${names.secret}`
  }

  /**
   * What the Secret holds. Where there is none, or an empty one of ours, it is made with a new authority; what is
   * trusted until now stays so: by the API server, and as far as is `known` to the caller. Of replicas that start together one makes it, and all read it.
   */
  async read(known = '', signal?: AbortSignal): Promise<Authorities> {
    for (let tries = 0; tries < 5; tries++) {
      const secret = await getObject<AuthoritySecret>(this.#api, this.#path, signal)
      const has = secret === undefined ? undefined : readAuthorities(secret, this.#names)
      if (has !== undefined) return has
      const made = await this.#make(secret, known, signal)
      const fresh = made === undefined ? undefined : readAuthorities(made, this.#names)
      if (fresh !== undefined) return fresh
    }
    throw new Error(`Secret ${this.#names.namespace}/${this.#names.secret} changes faster than it can be read`)
  }

  /** Takes a step; undefined where someone else changed the Secret meanwhile. */
  async take(step: Step, has: Authorities, signal?: AbortSignal): Promise<Authorities | undefined> {
    const change = await this.#changeOf(step, has)
    const secret = await patchVersion<AuthoritySecret>(this.#api, this.#path, has.version, change, MANAGER, signal)
    return secret === undefined ? undefined : readAuthorities(secret, this.#names)
  }

  async #changeOf(step: Step, { current, next }: Authorities): Promise<{ metadata?: object; data: object }> {
    if (step === 'retire') return { data: { 'previous.crt': null } }
    if (step === 'promote' && next !== undefined)
      return {
        metadata: { annotations: { [SINCE_ANNOTATION]: new Date(this.#now()).toISOString() } },
        data: { ...entries('ca', next), 'next.crt': null, 'next.key': null, 'previous.crt': base64(current.cert) },
      }
    return {
      metadata: { annotations: { [ROTATE_ANNOTATION]: null } },
      data: entries('next', await this.#authority()),
    }
  }

  async #make(
    existing: AuthoritySecret | undefined,
    known: string,
    signal?: AbortSignal,
  ): Promise<AuthoritySecret | undefined> {
    const { name, annotations } = { name: this.#names.secret, annotations: { [SINCE_ANNOTATION]: this.#time() } }
    const trusted = await this.#options.trusted(signal)
    const previous = [...new Set([...authoritiesIn(trusted), ...authoritiesIn(known)])].join('')
    const data = {
      ...entries('ca', await this.#authority()),
      ...(previous === '' ? {} : { 'previous.crt': base64(previous) }),
    }
    if (existing !== undefined) {
      const change = { metadata: { annotations }, data }
      return patchVersion(this.#api, this.#path, existing.metadata.resourceVersion ?? '', change, MANAGER, signal)
    }
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels, annotations }, type: 'Opaque', data }
    return createByApply(this.#api, this.#path, secret, managerOf(this.#names), signal)
  }

  #authority(): Promise<CertificatePair> {
    const now = this.#now()
    // A name of its own: whoever looks at two authorities can tell them apart.
    const commonName = `${this.#names.service}-ca@${Math.floor(now / 1000)}`
    const make = this.#options.makeAuthority ?? makeAuthority
    return make({ commonName, notBeforeMs: now - EARLIER_MS, notAfterMs: now + AUTHORITY_MS })
  }

  #time(): string {
    return new Date(this.#now()).toISOString()
  }
}

function entries(name: string, { cert, key }: CertificatePair): Record<string, string> {
  return { [`${name}.crt`]: base64(cert), [`${name}.key`]: base64(key) }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
