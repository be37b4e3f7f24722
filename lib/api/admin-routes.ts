import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Matcher } from '#lib/model'
import { parseSelector } from '#lib/promql'
import type { Scope } from '#lib/storage'
import { scopeOf } from './admission.ts'
import { ApiError, errorAnswer } from './error.ts'
import { first, invalid, MAX_TIME_MS, MIN_TIME_MS, type Params, timeParam } from './params.ts'

/** Samples with startMs <= t <= endMs of the series that any of the lists selects. */
export interface DeleteRequest {
  readonly matcherSets: readonly (readonly Matcher[])[]
  readonly startMs: number
  readonly endMs: number
}

/** What the admin API does to the store. */
export interface AdminParts {
  readonly isEnabled: boolean
  /** Deletes of what the scope sees. */
  deleteSeries(scope: Scope, request: DeleteRequest): Promise<void>
  cleanTombstones(): Promise<void>
  /** Returns the name of the snapshot. */
  snapshot(skipHead: boolean): Promise<string>
}

type AdminCall = (parts: AdminParts, scope: Scope, params: Params) => Promise<unknown>

const calls: Readonly<Record<string, AdminCall>> = {
  delete_series: (parts, scope, params) => parts.deleteSeries(scope, deleteRequest(params)),
  clean_tombstones: (parts) => parts.cleanTombstones(),
  snapshot: async (parts, _, params) => ({ name: await parts.snapshot(skipsHead(params)) }),
}

/** Prometheus' admin API of its store: 204 where there is nothing to tell. */
export function adminRoutes(
  server: FastifyInstance,
  parts: AdminParts,
  paramsOf: (request: FastifyRequest) => Params,
): void {
  for (const [name, call] of Object.entries(calls)) {
    server.route({
      url: `/api/v1/admin/tsdb/${name}`,
      method: ['POST', 'PUT'],
      handler: async (request, reply) => {
        try {
          if (!parts.isEnabled) throw new ApiError('unavailable', 'admin APIs disabled')
          const data = await call(parts, scopeOf(request), paramsOf(request))
          return data === undefined ? await reply.code(204).send() : { status: 'success', data }
        } catch (error) {
          return refuse(reply, error)
        }
      },
    })
  }
}

function deleteRequest(params: Params): DeleteRequest {
  const selectors = params['match[]'] ?? []
  if (selectors.length === 0) throw new ApiError('bad_data', 'no match[] parameter provided')
  const startMs = timeParam(params, 'start', MIN_TIME_MS)
  const endMs = timeParam(params, 'end', MAX_TIME_MS)
  return { matcherSets: selectors.map(matchersOf), startMs, endMs }
}

function matchersOf(text: string): readonly Matcher[] {
  try {
    return parseSelector(text)
  } catch (error) {
    throw invalid('match[]', (error as Error).message)
  }
}

/** As Go reads a boolean. */
function skipsHead(params: Params): boolean {
  const text = first(params, 'skip_head')
  if (['', '0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true
  const why = `unable to parse boolean: strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`
  throw invalid('skip_head', why)
}

function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  const { status, body } = errorAnswer(error)
  return reply.code(status).header('content-type', 'application/json').send(Buffer.from(body))
}
