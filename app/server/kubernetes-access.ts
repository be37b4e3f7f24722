import type { FastifyRequest } from 'fastify'
import { ApiError } from '#lib/api'
import { type AccessQuestion, type KubeUser, Reviewer, ReviewUnavailableError, UserScopes } from '#lib/auth'
import { isLoopback } from '#lib/http'
import type { KubeApi } from '#lib/kube'
import { type Scope, seesAnything } from '#lib/storage'
import { type Session, Sessions } from './sessions.ts'

export const SESSION_COOKIE = 'binnacle_session'

/** A session goes on reading so long after the API server was asked last. */
const READS_ON_MS = 3_600_000
const FAILURES = 10
const FAILURES_MS = 60_000

const SIGN_IN = 'sign in, or send Authorization: Bearer TOKEN with a token of this cluster (kubectl create token)'
const NOTHING =
  'this user may see nothing here: they need the right to get pods in a namespace, or to get the resource cluster of the API group binnacle (ClusterRole binnacle-reader)'
const MAY_NOT_CHANGE =
  'this changes what is kept: it needs the right to update the resource cluster of the API group binnacle (ClusterRole binnacle-admin)'
const CHANGE: AccessQuestion = { verb: 'update', group: 'binnacle', resource: 'cluster' }
const PLAIN = 'a token is not taken over plain HTTP, where anyone on the way can read it: use https'

export interface KubernetesAccessOptions {
  readonly api: KubeApi
  /** The namespaces of the cluster. */
  readonly namespaces: () => readonly string[]
  readonly now?: () => number
}

/** What a page is told of its reader. */
export interface SessionState {
  readonly auth: 'kubernetes'
  /** '' while nobody is signed in. */
  readonly user: string
  readonly reads: 'everything' | 'namespaces' | 'nothing'
  readonly cluster: boolean
  readonly namespaces: readonly string[]
  /** Since when the API server cannot be asked; 0: it answers. */
  readonly apiServerDownSinceMs: number
  /** Meanwhile: until when this session goes on reading. */
  readonly readsUntilMs: number
}

/** Lets in whom the cluster knows, to what they may see there. */
export class KubernetesAccess {
  readonly sessions: Sessions
  readonly #reviewer: Reviewer
  readonly #scopes: UserScopes
  readonly #now: () => number
  readonly #failures = new Map<string, { count: number; untilMs: number }>()
  #downSinceMs = 0

  constructor({ api, namespaces, now = Date.now }: KubernetesAccessOptions) {
    this.#now = now
    this.#reviewer = new Reviewer(api, { now })
    this.#scopes = new UserScopes(this.#reviewer, namespaces, now)
    this.sessions = new Sessions(now)
  }

  /** What the sender of a request may see. Rejects with an ApiError for whoever may see nothing. */
  async scopeOf(request: FastifyRequest): Promise<Scope> {
    const bearer = bearerOf(request)
    if (bearer !== undefined) {
      if (!isSafe(request)) throw new ApiError('forbidden', PLAIN)
      return this.#scopeOfToken(bearer)
    }
    const id = cookieOf(request)
    const session = id === undefined ? undefined : this.sessions.get(id)
    if (id === undefined || session === undefined) throw new ApiError('unauthorized', SIGN_IN)
    return this.#scopeOfSession(id, session)
  }

  /** Rejects with an ApiError where the sender of a request may change nothing, also while that cannot be asked. */
  async permitChange(request: FastifyRequest): Promise<void> {
    const id = cookieOf(request)
    const token = bearerOf(request) ?? (id === undefined ? undefined : this.sessions.get(id)?.token)
    if (token === undefined) throw new ApiError('unauthorized', SIGN_IN)
    try {
      if (!(await this.#reviewer.isAllowed(await this.#userOf(token), CHANGE)))
        throw new ApiError('forbidden', MAY_NOT_CHANGE)
    } catch (error) {
      throw this.#explained(error)
    }
  }

  /** The cookie's value for whoever shows a valid token that opens something. */
  async signIn(request: FastifyRequest, token: string): Promise<string> {
    if (!isSafe(request)) throw new ApiError('forbidden', PLAIN)
    this.#refuseTooMany(request.ip)
    try {
      const user = await this.#userOf(token)
      const scope = await this.#scopes.of(user)
      if (!seesAnything(scope)) throw new ApiError('forbidden', NOTHING)
      this.#downSinceMs = 0
      return this.sessions.open(token, user, scope)
    } catch (error) {
      if (error instanceof ApiError) this.#countFailure(request.ip)
      throw this.#explained(error)
    }
  }

  /** For the page, which shows who is signed in. Never rejects. */
  async state(request: FastifyRequest): Promise<SessionState> {
    const id = cookieOf(request)
    const session = id === undefined ? undefined : this.sessions.get(id)
    if (id === undefined || session === undefined) return this.#stateOf(undefined, undefined)
    try {
      return this.#stateOf(session, await this.#scopeOfSession(id, session))
    } catch {
      // It has just ended, or reads nothing any more: as if nobody were signed in.
      return this.#stateOf(undefined, undefined)
    }
  }

  #stateOf(session: Session | undefined, scope: Scope | undefined): SessionState {
    const isEverything = scope?.kind === 'everything'
    const isDown = this.#downSinceMs > 0
    return {
      auth: 'kubernetes',
      user: session?.user.username ?? '',
      reads: scope === undefined ? 'nothing' : isEverything ? 'everything' : 'namespaces',
      cluster: scope?.kind === 'everything' || (scope?.cluster ?? false),
      namespaces: scope?.kind === 'namespaces' ? scope.namespaces : [],
      apiServerDownSinceMs: this.#downSinceMs,
      readsUntilMs: isDown && session !== undefined ? session.reviewedMs + READS_ON_MS : 0,
    }
  }

  async #scopeOfToken(token: string): Promise<Scope> {
    try {
      const scope = await this.#scopes.of(await this.#userOf(token))
      this.#downSinceMs = 0
      if (!seesAnything(scope)) throw new ApiError('forbidden', NOTHING)
      return scope
    } catch (error) {
      throw this.#explained(error)
    }
  }

  /** While the API server is away a session goes on with what it might see, for an hour. */
  async #scopeOfSession(id: string, session: Session): Promise<Scope> {
    try {
      session.scope = await this.#scopeOfToken(session.token)
      session.reviewedMs = this.#now()
      return session.scope
    } catch (error) {
      const { code } = error as ApiError
      if (code === 'unauthorized') this.sessions.end(id)
      if (code !== 'unavailable' || this.#now() - session.reviewedMs > READS_ON_MS) throw error
      return session.scope
    }
  }

  async #userOf(token: string): Promise<KubeUser> {
    const user = await this.#reviewer.authenticate(token)
    if (user === undefined) throw new ApiError('unauthorized', `this token is not valid in this cluster: ${SIGN_IN}`)
    return user
  }

  #explained(error: unknown): unknown {
    if (!(error instanceof ReviewUnavailableError)) return error
    if (this.#downSinceMs === 0) this.#downSinceMs = this.#now()
    return new ApiError('unavailable', `it cannot be asked who you are now: ${error.message}`)
  }

  #refuseTooMany(from: string): void {
    const known = this.#failures.get(from)
    if (known === undefined || known.untilMs < this.#now() || known.count < FAILURES) return
    const seconds = Math.ceil((known.untilMs - this.#now()) / 1000)
    throw new ApiError('too_many_requests', `too many tokens that are not valid: try again in ${seconds} s`)
  }

  #countFailure(from: string): void {
    const nowMs = this.#now()
    for (const [address, { untilMs }] of this.#failures) if (untilMs < nowMs) this.#failures.delete(address)
    const known = this.#failures.get(from) ?? { count: 0, untilMs: nowMs + FAILURES_MS }
    this.#failures.set(from, { ...known, count: known.count + 1 })
  }
}

/** Over TLS, or on this very machine. */
export function isSafe(request: FastifyRequest): boolean {
  return request.protocol === 'https' || isLoopback((request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''))
}

function bearerOf({ headers: { authorization } }: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
}

export function cookieOf({ headers: { cookie } }: FastifyRequest): string | undefined {
  for (const part of (cookie ?? '').split(';')) {
    const at = part.indexOf('=')
    if (part.slice(0, at).trim() === SESSION_COOKIE) return part.slice(at + 1).trim()
  }
  return undefined
}
