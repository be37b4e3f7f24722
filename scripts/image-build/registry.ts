/** A client of the OCI distribution protocol: https://github.com/opencontainers/distribution-spec */
import { setTimeout as sleep } from 'node:timers/promises'
import { ImageError } from './run.ts'
import type { Credentials } from './credentials.ts'
import type { Reference } from './reference.ts'

/** How a client goes about it. */
export interface RegistryOptions {
  readonly credentials?: Credentials
  /** How long the first wait after a failure is; each further one is twice as long. */
  readonly firstWaitMs?: number
}

interface Order {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

const TRIES = 5

/** One repository of a registry. Signs in when it is asked to; tries again what may go better the next time. */
export class Registry {
  readonly #reference: Reference
  readonly #credentials: Credentials | undefined
  readonly #firstWaitMs: number
  #authorization: string | undefined

  constructor(reference: Reference, options: RegistryOptions = {}) {
    this.#reference = reference
    this.#credentials = options.credentials
    this.#firstWaitMs = options.firstWaitMs ?? 500
  }

  /** Whether the repository has a blob. */
  async hasBlob(digest: string): Promise<boolean> {
    const { status } = await this.#expect('HEAD', `blobs/${digest}`, [200, 404])
    return status === 200
  }

  /** Uploads a blob in one piece, or takes it over from another repository that has it. */
  async putBlob(digest: string, bytes: Buffer, mountFrom?: string): Promise<'mounted' | 'uploaded'> {
    const query = mountFrom === undefined ? '' : `?mount=${digest}&from=${encodeURIComponent(mountFrom)}`
    const answer = await this.#expect('POST', `blobs/uploads/${query}`, [201, 202])
    if (answer.status === 201) return 'mounted'
    const location = answer.headers.get('location')
    if (location === null) throw this.#error('start an upload', 'the answer names no place to upload to')
    const url = new URL(location, this.#url('blobs/uploads/'))
    url.searchParams.set('digest', digest)
    const headers = { 'content-type': 'application/octet-stream' }
    await this.#expect('PUT', url.href, [201], { body: bytes, headers })
    return 'uploaded'
  }

  /** Stores a manifest or an index under a tag or its digest. */
  async putManifest(name: string, mediaType: string, bytes: Buffer): Promise<void> {
    await this.#expect('PUT', `manifests/${name}`, [201], { body: bytes, headers: { 'content-type': mediaType } })
  }

  /** The digest that a tag leads to, if there is such a tag. */
  async resolve(tag: string, accept: string): Promise<string | undefined> {
    const { status, headers } = await this.#expect('HEAD', `manifests/${tag}`, [200, 404], { headers: { accept } })
    return status === 200 ? (headers.get('docker-content-digest') ?? undefined) : undefined
  }

  #url(path: string): string {
    return new URL(path, `${this.#reference.origin}/v2/${this.#reference.repository}/`).href
  }

  async #expect(method: string, path: string, expected: readonly number[], order: Order = {}): Promise<Response> {
    const url = this.#url(path)
    let answer = await this.#send(method, url, order)
    if (answer.status === 401) {
      await answer.body?.cancel()
      await this.#signIn(answer.headers.get('www-authenticate') ?? '')
      answer = await this.#send(method, url, order)
    }
    if (answer.status === 401)
      throw this.#error('sign in', `it refuses who we are: docker login ${this.#reference.registry}`)
    if (expected.includes(answer.status)) {
      await answer.body?.cancel()
      return answer
    }
    throw this.#error(`${method} ${new URL(url).pathname}`, `${answer.status} ${reason(await answer.text())}`.trim())
  }

  /** The connection's failures, overload and the server's own mistakes are tried again. */
  async #send(method: string, url: string, { headers, body }: Order): Promise<Response> {
    for (let tries = 1; ; tries++) {
      let failure: string
      try {
        const answer = await fetch(url, {
          method,
          body,
          redirect: 'follow',
          headers: { ...headers, ...this.#signature(url) },
        })
        if (tries === TRIES || (answer.status < 500 && answer.status !== 429)) return answer
        await answer.body?.cancel()
        failure = String(answer.status)
      } catch (error) {
        failure = messageOf(error)
      }
      if (tries === TRIES) throw this.#error(`${method} ${new URL(url).pathname}`, failure)
      await sleep(this.#firstWaitMs * 2 ** (tries - 1))
    }
  }

  /** An upload may lead to another host, which must not see what this registry knows us by. */
  #signature(url: string): Record<string, string> {
    if (this.#authorization === undefined || new URL(url).origin !== this.#reference.origin) return {}
    return { authorization: this.#authorization }
  }

  /** https://distribution.github.io/distribution/spec/auth/token/ */
  async #signIn(challenge: string): Promise<void> {
    const { registry } = this.#reference
    const basic = this.#credentials === undefined ? undefined : basicOf(this.#credentials)
    if (/^basic\b/i.test(challenge)) {
      if (basic === undefined) throw this.#error('sign in', `it asks for a password: docker login ${registry}`)
      this.#authorization = basic
      return
    }
    const parameters = parseChallenge(challenge)
    if (parameters.realm === undefined)
      throw this.#error('sign in', `it asks for "${challenge}", which is not known here`)
    this.#authorization = `Bearer ${await this.#token(parameters, basic)}`
  }

  async #token({ realm = '', service, scope }: Challenge, basic: string | undefined): Promise<string> {
    const url = new URL(realm)
    if (url.protocol !== 'https:' && !this.#reference.origin.startsWith('http:'))
      throw this.#error('sign in', `it asks for the password in the clear, at ${url.origin}`)
    if (service !== undefined) url.searchParams.set('service', service)
    url.searchParams.set('scope', scope ?? `repository:${this.#reference.repository}:pull,push`)
    const headers = basic === undefined ? {} : { authorization: basic }
    const answer = await fetch(url, { headers })
    if (!answer.ok)
      throw this.#error(
        'sign in',
        `${url.host} answers ${answer.status} ${reason(await answer.text())}: docker login ${this.#reference.registry}`,
      )
    const { token, access_token: access } = (await answer.json()) as { token?: string; access_token?: string }
    const found = token ?? access
    if (found === undefined) throw this.#error('sign in', `${url.host} answers without a token`)
    return found
  }

  #error(doing: string, why: string): ImageError {
    const { registry, repository } = this.#reference
    return new ImageError(`push to ${registry}/${repository}: ${doing}: ${why}`)
  }
}

interface Challenge {
  readonly realm?: string
  readonly service?: string
  readonly scope?: string
}

/** Reads `Bearer realm="…",service="…",scope="…"`. */
export function parseChallenge(header: string): Challenge {
  const [, parameters] = /^bearer\s+(.*)$/is.exec(header) ?? []
  if (parameters === undefined) return {}
  const pairs = parameters.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)
  return Object.fromEntries([...pairs].map(([, name, quoted, plain]) => [name.toLowerCase(), quoted ?? plain]))
}

function basicOf({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** The registry's own words: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
function reason(body: string): string {
  try {
    const { errors = [] } = JSON.parse(body) as { errors?: { code?: string; message?: string }[] }
    return errors.map(({ code, message }) => [code, message].filter(Boolean).join(': ')).join('; ')
  } catch {
    return body.slice(0, 200).trim() // not JSON: a proxy's page, say
  }
}

function messageOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? `${message}: ${cause.message}` : message
}
