import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { negotiate } from '#lib/exposition'
import { acceptsGzip } from '#lib/http'
import type { KubeState } from '#lib/kube-state'
import type { Route } from './http.ts'
import { freeYoung } from './memory.ts'

/** Protobuf is understood and not written: whoever prefers it gets text, as from kube-state-metrics. */
const offer = { openMetrics: true, protobuf: true, defaultEscaping: 'underscores' } as const
const TEXT = 'text/plain; version=0.0.4; charset=utf-8'

/** `/metrics`: text or OpenMetrics, compressed for whoever takes it; `?resources=` and `?exclude_resources=` choose. */
export function metricsRoute(state: () => KubeState, gzip: boolean): Route {
  return async (request, response, url) => {
    const { format, contentType } = negotiate(request.headers.accept, offer)
    const openMetrics = format === 'openmetrics'
    const answer = await state().answer({
      openMetrics,
      resources: namesOf(url, 'resources'),
      excluded: namesOf(url, 'exclude_resources'),
    })
    const isPacked = gzip && acceptsGzip(request.headers['accept-encoding'])
    response.writeHead(200, {
      'content-type': openMetrics ? contentType : TEXT,
      'content-length': isPacked ? answer.gzipLength : answer.textLength,
      vary: 'Accept, Accept-Encoding',
      ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
    })
    if (request.method === 'HEAD') response.end()
    else await write(response, isPacked ? answer.gzip() : answer.text())
  }
}

function namesOf(url: URL, name: string): string[] | undefined {
  const values = url.searchParams.getAll(name)
  if (values.length === 0) return undefined
  return values.flatMap((value) => value.split(',')).map((value) => value.trim())
}

/** Bytes that are written in one go. */
const BATCH = 256 * 1024

/** Inflated text that may lie about. */
const MAX_GARBAGE = 8 << 20

/** Writes as fast as the reader takes it; what was not taken yet is not made yet. */
async function write(response: ServerResponse, parts: Iterable<Uint8Array>): Promise<void> {
  let batched = 0
  let garbage = 0
  response.cork()
  for (const part of parts) {
    const hasRoom = response.write(part)
    batched += part.length
    if (batched < BATCH) continue
    response.uncork()
    garbage += batched
    batched = 0
    if (garbage > MAX_GARBAGE) {
      freeYoung()
      garbage = 0
    }
    if (!hasRoom && !(await drained(response))) return
    response.cork()
  }
  response.uncork()
  response.end()
}

/** False when the reader is gone. */
async function drained(response: ServerResponse): Promise<boolean> {
  if (response.destroyed) return false
  if (!response.writableNeedDrain) return true
  const gone = new AbortController()
  const end = (): void => gone.abort()
  response.once('close', end)
  try {
    await once(response, 'drain', { signal: gone.signal })
    return true
  } catch {
    return false // the reader hung up: there is nobody to tell
  } finally {
    response.off('close', end)
  }
}
