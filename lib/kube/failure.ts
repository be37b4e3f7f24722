import type { KubeIdentity } from './api.ts'
import { KubeStatusError } from './api.ts'
import { KubeConnectionError } from './connection-error.ts'
import { CredentialError } from './credential-error.ts'
import { resourceName, type Resource } from './resource.ts'
import type { RestartReason } from './watch-telemetry.ts'
import { SilentError } from './stream-refusals.ts'

/** What a failure means for a list or watch. */
export interface Failure {
  readonly restart: RestartReason
  /** In words, with the remedy. */
  readonly reason: string
  readonly status: number
  readonly retryAfterSeconds: number
}

/** Words a failure of a list or watch. */
export function failureOf(
  error: unknown,
  verb: 'list' | 'watch',
  resource: Resource,
  namespace: string,
  who: KubeIdentity,
): Failure {
  if (error instanceof KubeStatusError) return ofStatus(error, verb, resource, namespace, who)
  const restart =
    error instanceof SilentError
      ? 'silent'
      : error instanceof CredentialError
        ? 'unauthorized'
        : error instanceof KubeConnectionError
          ? 'unreachable'
          : 'unreadable'
  return { restart, reason: (error as Error).message, status: 0, retryAfterSeconds: 0 }
}

function ofStatus(
  error: KubeStatusError,
  verb: string,
  resource: Resource,
  namespace: string,
  who: KubeIdentity,
): Failure {
  const { status, retryAfterSeconds } = error
  const failure = (restart: RestartReason, reason: string): Failure => ({ restart, reason, status, retryAfterSeconds })
  const name = resourceName(resource)
  const where = namespace === '' ? (resource.namespaced ? ' in all namespaces' : '') : ` in namespace ${namespace}`
  if (status === 410 || error.reason === 'Expired' || error.reason === 'Gone') return failure('expired', error.message)
  if (status === 401)
    return failure('unauthorized', `the API server does not accept the credentials of ${who.user}: log in again (401)`)
  if (status === 403)
    return failure(
      'forbidden',
      `${who.user} may not ${verb} ${name}${where}: grant it the verbs list and watch on ${name}${where}`,
    )
  if (status === 404)
    return failure('absent', `the cluster has no ${name} (${resource.group || 'core'}/${resource.version})`)
  if (status === 429) return failure('throttled', `the API server throttles us: ${error.message}`)
  return failure('server-error', error.message)
}
