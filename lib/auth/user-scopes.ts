import { everything, onlyNamespaces, type Scope } from '#lib/storage'
import { Remembered } from './remembered.ts'
import type { Reviewer } from './reviewer.ts'
import type { AccessQuestion, KubeUser } from './user.ts'

/** What belongs to no namespace is read by whoever may do this: no such resource exists, roles can name it all the same. */
const READ_CLUSTER: AccessQuestion = { verb: 'get', group: 'binnacle', resource: 'cluster' }

const REMEMBER_MS = 60_000
const MOST_USERS = 2_000
const AT_ONCE = 16

/**
 * What a user of the cluster may read here: of a namespace what is stored about it, where they may get pods in it; and with
 * a right of its own what belongs to none. Remembered for a minute.
 */
export class UserScopes {
  readonly #reviewer: Reviewer
  readonly #namespaces: () => readonly string[]
  readonly #scopes: Remembered<Scope>

  /** `namespaces`: those that there are now. */
  constructor(reviewer: Reviewer, namespaces: () => readonly string[], now: () => number = Date.now) {
    this.#reviewer = reviewer
    this.#namespaces = namespaces
    this.#scopes = new Remembered(REMEMBER_MS, MOST_USERS, now)
  }

  /** Rejects with a ReviewUnavailableError. */
  of(user: KubeUser): Promise<Scope> {
    return this.#scopes.get(JSON.stringify(user), () => this.#review(user))
  }

  async #review(user: KubeUser): Promise<Scope> {
    const [everywhere, cluster] = await Promise.all([
      this.#reviewer.isAllowed(user, podsIn(undefined)),
      this.#reviewer.isAllowed(user, READ_CLUSTER),
    ])
    const all = this.#namespaces()
    if (everywhere) return cluster ? everything : onlyNamespaces(all, false)
    const allowed: string[] = []
    let next = 0
    const worker = async () => {
      while (next < all.length) {
        const namespace = all[next++]
        if (await this.#reviewer.isAllowed(user, podsIn(namespace))) allowed.push(namespace)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    return onlyNamespaces(allowed, cluster)
  }
}

function podsIn(namespace: string | undefined): AccessQuestion {
  return { verb: 'get', group: '', resource: 'pods', ...(namespace === undefined ? {} : { namespace }) }
}
