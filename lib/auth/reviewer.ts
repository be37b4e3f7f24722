import { createHash } from 'node:crypto'
import { KubeStatusError, type KubeApi } from '#lib/kube'
import { Remembered } from './remembered.ts'
import type { AccessQuestion, KubeUser } from './user.ts'

/** The API server could not be asked: it is away, or we may not ask it. */
export class ReviewUnavailableError extends Error {
  override readonly name = 'ReviewUnavailableError'
  readonly code = 'REVIEW_UNAVAILABLE'
}

export interface ReviewerOptions {
  readonly now?: () => number
}

const REMEMBER_MS = 60_000
const MOST_TOKENS = 2_000
const MOST_ANSWERS = 20_000
const TIMEOUT_MS = 10_000

interface TokenReview {
  readonly status?: {
    readonly authenticated?: boolean
    readonly error?: string
    readonly user?: {
      readonly username?: string
      readonly uid?: string
      readonly groups?: readonly string[]
      readonly extra?: Readonly<Record<string, readonly string[]>>
    }
  }
}

interface AccessReview {
  readonly status?: { readonly allowed?: boolean }
}

/**
 * Asks the API server whose a token is (TokenReview) and what they may do (SubjectAccessReview). Answers are remembered
 * for a minute; of a token only its hash is kept.
 */
export class Reviewer {
  readonly #api: KubeApi
  readonly #tokens: Remembered<KubeUser | undefined>
  readonly #answers: Remembered<boolean>

  constructor(api: KubeApi, { now = Date.now }: ReviewerOptions = {}) {
    this.#api = api
    this.#tokens = new Remembered(REMEMBER_MS, MOST_TOKENS, now)
    this.#answers = new Remembered(REMEMBER_MS, MOST_ANSWERS, now)
  }

  /** Whose the token is; undefined where it is not valid. Rejects with a ReviewUnavailableError. */
  authenticate(token: string): Promise<KubeUser | undefined> {
    const key = createHash('sha256').update(token).digest('base64')
    return this.#tokens.get(key, () => this.#reviewToken(token))
  }

  /** Whether the user may do this. Rejects with a ReviewUnavailableError. */
  isAllowed(user: KubeUser, question: AccessQuestion): Promise<boolean> {
    const key = JSON.stringify([user.username, user.uid, user.groups, user.extra, attributesOf(question)])
    return this.#answers.get(key, () => this.#reviewAccess(user, question))
  }

  async #reviewToken(token: string): Promise<KubeUser | undefined> {
    const { status } = await this.#post<TokenReview>('authentication.k8s.io', 'TokenReview', { token })
    if (status?.authenticated !== true) return undefined
    const { username = '', uid = '', groups = [], extra = {} } = status.user ?? {}
    return { username, uid, groups, extra }
  }

  async #reviewAccess(user: KubeUser, question: AccessQuestion): Promise<boolean> {
    const { username, uid, groups, extra } = user
    const spec = { user: username, uid, groups, extra, ...attributesOf(question) }
    const { status } = await this.#post<AccessReview>('authorization.k8s.io', 'SubjectAccessReview', spec)
    return status?.allowed === true
  }

  async #post<T>(group: string, kind: string, spec: object): Promise<T> {
    const body = { apiVersion: `${group}/v1`, kind, spec }
    const plural = `${kind.toLowerCase()}s`
    try {
      const path = `/apis/${group}/v1/${plural}`
      return await this.#api.json<T>(path, { method: 'POST', body, timeoutMs: TIMEOUT_MS })
    } catch (error) {
      throw new ReviewUnavailableError(whyUnavailable(error, `${plural}.${group}`), { cause: error })
    }
  }
}

function attributesOf(question: AccessQuestion): object {
  if ('path' in question) return { nonResourceAttributes: { path: question.path, verb: question.verb } }
  const { verb, group, resource, subresource, namespace, name } = question
  return { resourceAttributes: { verb, group, resource, subresource, namespace, name } }
}

function whyUnavailable(error: unknown, resource: string): string {
  if (error instanceof KubeStatusError && error.status === 403)
    return `the API server does not let us ask: grant the verb create on ${resource} (ClusterRole system:auth-delegator)`
  return `the API server cannot be asked: ${(error as Error).message}`
}
