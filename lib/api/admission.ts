import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { bug } from '#lib/run'
import { everything, type Scope, seesCluster } from '#lib/storage'
import { ApiError } from './error.ts'

/**
 * What a route asks of whoever sends a request: nothing; a scope, which it applies; or that they may read what belongs to no
 * namespace.
 */
export type Need = 'open' | 'scoped' | 'cluster'

export interface Admission {
  /** What the route at this address needs; undefined for one that nobody has thought of. */
  needOf(url: string): Need | undefined
  /** What the sender of a request may see. Rejects with an ApiError for whoever may see nothing. */
  scopeOf(request: FastifyRequest): Promise<Scope>
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

/** Whoever reaches the server is the machine's own user and sees everything. */
export const everyone: Pick<Admission, 'scopeOf'> = { scopeOf: async () => everything }
