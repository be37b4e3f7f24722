import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { bug } from '#lib/run'
import { everything, type Scope, seesCluster } from '#lib/storage'
import { ApiError } from './error.ts'

/**
 * What a route asks of whoever sends a request: nothing; a scope, which it applies; that they may read what belongs to no
 * namespace; or that they may change what is kept, of which it applies the scope.
 */
export type Need = 'open' | 'scoped' | 'cluster' | 'change'

export interface Admission {
  /** What the route at this address needs; undefined for one that nobody has thought of. */
  needOf(url: string): Need | undefined
  /** What the sender of a request may see. Rejects with an ApiError for whoever may see nothing. */
  scopeOf(request: FastifyRequest): Promise<Scope>
  /** Rejects with an ApiError where the sender of a request may change nothing. */
  permitChange(request: FastifyRequest): Promise<void>
}

const scopes = new WeakMap<FastifyRequest, Scope>()

/** Lets no request reach a route that its sender may not ask, and no route be there that does not say what it needs. */
export function admit(
  server: FastifyInstance,
  admission: Admission,
  refuse: (request: FastifyRequest, reply: FastifyReply, error: unknown) => Promise<void>,
): void {
  server.addHook('onRoute', ({ url, path }) => {
    if (admission.needOf(url) === undefined) bug(`the route ${path} does not say what it needs`)
  })
  server.addHook('onRequest', async (request, reply) => {
    const { url } = request.routeOptions
    const need = url === undefined ? 'open' : admission.needOf(url)
    if (need === 'open' || reply.sent) return
    try {
      const scope = await admission.scopeOf(request)
      if (need === 'cluster') refuseWithoutCluster(scope)
      if (need === 'change') await admission.permitChange(request)
      scopes.set(request, scope)
    } catch (error) {
      await refuse(request, reply, error)
    }
  })
}

/** The scope of a request that was let in. */
export function scopeOf(request: FastifyRequest): Scope {
  return scopes.get(request) ?? bug('an open route asked for a scope')
}

/** Throws an ApiError for a reader of namespaces alone. */
export function refuseWithoutCluster(scope: Scope): void {
  if (seesCluster(scope)) return
  const message =
    'this belongs to no namespace: it needs the right to get the resource cluster of the API group binnacle (ClusterRole binnacle-reader)'
  throw new ApiError('forbidden', message)
}

/** Whoever reaches the server is the machine's own user, sees everything and may change it. */
export const everyone: Pick<Admission, 'scopeOf' | 'permitChange'> = {
  scopeOf: async () => everything,
  permitChange: async () => undefined,
}
