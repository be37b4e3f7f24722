import { type Reviewer, ReviewUnavailableError } from '#lib/auth'

/** Whether a request may be answered, and the status if not. */
export type Verdict = 200 | 401 | 403 | 503

/** Asks the API server whose token a request carries and whether that user may read the path. */
export class AuthFilter {
  readonly #reviewer: Reviewer

  constructor(reviewer: Reviewer) {
    this.#reviewer = reviewer
  }

  async check(authorization: string | undefined, path: string): Promise<Verdict> {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
    if (token === undefined) return 401
    try {
      const user = await this.#reviewer.authenticate(token)
      if (user === undefined) return 401
      return (await this.#reviewer.isAllowed(user, { verb: 'get', path })) ? 200 : 403
    } catch (error) {
      if (error instanceof ReviewUnavailableError) return 503 // counted by the API's own telemetry, and said to whoever asked
      throw error
    }
  }
}
