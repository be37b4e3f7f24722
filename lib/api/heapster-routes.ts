import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { scopeOf } from './admission.ts'
import type { Answer } from './error.ts'
import type { Params } from './params.ts'
import type { ReadRequest } from './read-api.ts'
import { answerHeapster } from './heapster.ts'

export interface HeapsterParts {
  read(request: ReadRequest, signal: AbortSignal): Promise<Answer>
}

const ROOT = '/api/v1/model/'

/** `/api/v1/model/…`. Its errors are plain text, as its clients expect. */
export function heapsterRoutes(
  server: FastifyInstance,
  parts: HeapsterParts,
  paramsOf: (request: FastifyRequest) => Params,
  whenGone: (reply: FastifyReply) => AbortSignal,
): void {
  server.get(`${ROOT}*`, async (request, reply) => {
    const { start, end, labels } = paramsOf(request)
    const signal = whenGone(reply)
    try {
      const answer = await answerHeapster(
        {
          path: request.url.split('?')[0].slice(ROOT.length),
          start: start?.[0],
          end: end?.[0],
          labels: labels?.[0],
          scope: scopeOf(request),
          nowMs: Date.now(),
        },
        (read) => parts.read(read, signal),
      )
      if (answer === undefined) return await reply.code(404).type('text/plain').send('404: Page Not Found\n')
      return await reply.type('application/json').send(answer)
    } catch (error) {
      const { code, message } = error as { code?: string; message: string }
      return reply
        .code(code === 'bad_data' ? 400 : 500)
        .type('text/plain')
        .send(`${message}\n`)
    }
  })
}
