import type { KubeApi } from '#lib/kube'

/** Whether a request may be answered, and the status if not. */
export type Verdict = 200 | 401 | 403 | 503

interface Remembered {
  readonly verdict: Verdict
  readonly untilMs: number
}

const REMEMBER_MS = 60_000
const MAX_REMEMBERED = 1000

interface TokenReview {
  readonly status?: { readonly authenticated?: boolean; readonly user?: Readonly<Record<string, unknown>> }
}

interface AccessReview {
  readonly status?: { readonly allowed?: boolean }
}

/** Asks the API server whose token a request carries and whether that user may read the path. */
export class AuthFilter {
  readonly #api: KubeApi
  readonly #now: () => number
  readonly #known = new Map<string, Remembered>()

  constructor(api: KubeApi, now: () => number = Date.now) {
    this.#api = api
    this.#now = now
  }

  async check(authorization: string | undefined, path: string): Promise<Verdict> {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
    if (token === undefined) return 401
    const key = `${path} ${token}`
    const known = this.#known.get(key)
    if (known && known.untilMs > this.#now()) return known.verdict
    const verdict = await this.#ask(token, path)
    // An answer that could not be had is asked for again the next time.
    if (verdict !== 503) this.#remember(key, verdict)
    return verdict
  }

  async #ask(token: string, path: string): Promise<Verdict> {
    try {
      const { status: who } = await this.#post<TokenReview>('authentication.k8s.io', 'TokenReview', { token })
      if (!who?.authenticated) return 401
      const { username, uid, groups, extra } = who.user ?? {}
      const { status } = await this.#post<AccessReview>('authorization.k8s.io', 'SubjectAccessReview', {
        user: username,
        uid,
        groups,
        extra,
        nonResourceAttributes: { path, verb: 'get' },
      })
      return status?.allowed ? 200 : 403
    } catch {
      return 503 // counted by the API's own telemetry, and said to whoever asked
    }
  }

  #post<T>(group: string, kind: string, spec: object): Promise<T> {
    const body = { apiVersion: `${group}/v1`, kind, spec }
    return this.#api.json<T>(`/apis/${group}/v1/${kind.toLowerCase()}s`, { method: 'POST', body })
  }

  #remember(key: string, verdict: Verdict): void {
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear()
    this.#known.set(key, { verdict, untilMs: this.#now() + REMEMBER_MS })
  }
}
