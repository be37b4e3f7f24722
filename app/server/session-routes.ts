import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '#lib/api'
import { cookieOf, type KubernetesAccess, SESSION_COOKIE } from './kubernetes-access.ts'

const PATH = '/api/ui/v1/session'
/** No token of Kubernetes is nearly as long. */
const MOST_CHARACTERS = 16_384

/** Where nobody needs to sign in. */
const OPEN = {
  auth: 'none',
  user: '',
  reads: 'everything',
  cluster: true,
  namespaces: [],
  apiServerDownSinceMs: 0,
  readsUntilMs: 0,
}

/** Who is signed in, signing in with a token, and signing out. */
export function sessionRoutes(server: FastifyInstance, access: KubernetesAccess | undefined): void {
  server.get(PATH, async (request, reply) => {
    void reply.header('cache-control', 'no-store')
    return access === undefined ? OPEN : access.state(request)
  })
  if (access === undefined) return
  server.post(PATH, async (request, reply) => {
    const id = await access.signIn(request, tokenOf(request))
    setCookie(request, reply, id, access.sessions.lastsSeconds)
    return reply.code(204).send()
  })
  server.delete(PATH, async (request, reply) => {
    const id = cookieOf(request)
    if (id !== undefined) access.sessions.end(id)
    setCookie(request, reply, '', 0)
    return reply.code(204).send()
  })
}

function tokenOf({ body }: FastifyRequest): string {
  const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : undefined
  if (typeof token !== 'string' || token.trim() === '') throw new ApiError('bad_data', 'expected {"token": "…"}')
  const text = token.replaceAll(/\s+/g, '')
  if (text.length > MOST_CHARACTERS) throw new ApiError('bad_data', 'this is too long to be a token')
  return text
}

function setCookie(request: FastifyRequest, reply: FastifyReply, value: string, seconds: number): void {
  const secure = request.protocol === 'https' ? '; Secure' : ''
  const cookie = `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`
  void reply.header('set-cookie', cookie).header('cache-control', 'no-store')
}
