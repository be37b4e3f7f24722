import type { X509Certificate } from 'node:crypto'
import {
  type AccessQuestion,
  authenticate,
  type AuthenticationConfig,
  isPermitted,
  type KubeUser,
  readAuthenticationConfig,
  Reviewer,
  ReviewUnavailableError,
} from '#lib/auth'
import type { KubeApi } from '#lib/kube'
import type { Logger } from '#lib/log'
import { GROUP, metricsPath, StatusError } from '#lib/resource-metrics'

/** A request as far as access is decided by it. */
export interface AskedRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  readonly certificate: X509Certificate | undefined
}

/** How often the way in which the API server authenticates is read again. */
const READ_MS = 15_000

const NOTHING: AuthenticationConfig = {
  clientCa: '',
  proxyCa: '',
  proxyNames: [],
  usernameHeaders: [],
  uidHeaders: [],
  groupHeaders: [],
  extraPrefixes: [],
}

/** Lets in whom the API server lets in. */
export class Access {
  readonly #api: KubeApi
  readonly #reviewer: Reviewer
  readonly #allowedPaths: ReadonlySet<string>
  readonly #log: Logger
  readonly #onAuthorities: (pem: string) => void
  #config = NOTHING
  #trouble = ''

  /** `onAuthorities` is told whose certificates clients may show, PEM, whenever that changes. */
  constructor(api: KubeApi, allowedPaths: readonly string[], log: Logger, onAuthorities: (pem: string) => void) {
    this.#api = api
    this.#reviewer = new Reviewer(api)
    this.#allowedPaths = new Set(allowedPaths)
    this.#log = log
    this.#onAuthorities = onAuthorities
  }

  /** Follows how the API server authenticates until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.read()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, READ_MS)
        signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
      })
    }
  }

  /** Reads it once. What was known stays while it cannot be read. */
  async read(): Promise<void> {
    try {
      const config = await readAuthenticationConfig(this.#api)
      const before = authoritiesOf(this.#config)
      this.#config = config
      this.#trouble = ''
      if (authoritiesOf(config) !== before) this.#onAuthorities(authoritiesOf(config))
    } catch (error) {
      const { message } = error as Error
      if (message !== this.#trouble) this.#log.warn(message)
      this.#trouble = message
    }
  }

  /** Throws a StatusError unless the request may be answered. */
  async check(request: AskedRequest): Promise<void> {
    if (this.#allowedPaths.has(request.url.pathname)) return
    try {
      const user = await authenticate(request, this.#config, this.#reviewer)
      if (user === undefined) throw new StatusError(401, 'Unauthorized', 'Unauthorized')
      const question = questionOf(request)
      if (!(await isPermitted(user, question, this.#reviewer))) throw forbidden(user, question)
    } catch (error) {
      if (!(error instanceof ReviewUnavailableError)) throw error
      throw new StatusError(503, 'ServiceUnavailable', error.message)
    }
  }
}

function authoritiesOf({ clientCa, proxyCa }: AuthenticationConfig): string {
  return [clientCa, proxyCa].filter((pem) => pem !== '').join('\n')
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }

/** What the request asks for, in the words of an access review. */
function questionOf({ method, url }: AskedRequest): AccessQuestion {
  const path = metricsPath(url.pathname)
  if (path === undefined) return { verb: method.toLowerCase(), path: url.pathname }
  const { resource, namespace, name } = path
  const isWatch = ['1', 'true'].includes(url.searchParams.get('watch') ?? '')
  const reading = name !== '' ? 'get' : isWatch ? 'watch' : 'list'
  return {
    verb: VERBS[method] ?? reading,
    group: GROUP,
    resource: resource.plural,
    ...(namespace === '' ? {} : { namespace }),
    ...(name === '' ? {} : { name }),
  }
}

function forbidden({ username }: KubeUser, question: AccessQuestion): StatusError {
  const user = `User ${JSON.stringify(username)} cannot ${question.verb}`
  if ('path' in question)
    return new StatusError(403, 'Forbidden', `forbidden: ${user} path ${JSON.stringify(question.path)}`)
  const { group, resource, namespace, name } = question
  const what = name === undefined ? '' : ` ${JSON.stringify(name)}`
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`
  const message = `${resource}.${group}${what} is forbidden: ${user} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(group)} ${where}`
  return new StatusError(403, 'Forbidden', message, { ...(name === undefined ? {} : { name }), group, kind: resource })
}
