import { randomBytes } from 'node:crypto'
import type { KubeUser } from '#lib/auth'
import type { Scope } from '#lib/storage'

/** Someone who has signed in. The token is in memory alone. */
export interface Session {
  readonly token: string
  readonly user: KubeUser
  readonly endsMs: number
  /** When the API server was asked last, and what they might see then. */
  reviewedMs: number
  scope: Scope
}

const LASTS_MS = 12 * 3_600_000
const MOST = 10_000

/** Who is signed in, by the value of their cookie. */
export class Sessions {
  readonly #sessions = new Map<string, Session>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** The cookie's value of a new session. Where there are too many the oldest ends. */
  open(token: string, user: KubeUser, scope: Scope): string {
    const id = randomBytes(32).toString('base64url')
    const nowMs = this.#now()
    this.#sessions.set(id, { token, user, endsMs: nowMs + LASTS_MS, reviewedMs: nowMs, scope })
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= MOST) break
      this.#sessions.delete(oldest)
    }
    return id
  }

  get(id: string): Session | undefined {
    const session = this.#sessions.get(id)
    if (session === undefined || session.endsMs > this.#now()) return session
    this.#sessions.delete(id)
    return undefined
  }

  end(id: string): void {
    this.#sessions.delete(id)
  }

  /** So long a cookie is kept. */
  get lastsSeconds(): number {
    return LASTS_MS / 1000
  }
}
