import type { IncomingMessage } from 'node:http'
import type { KubeApi } from '#lib/kube'
import type { KubeState } from '#lib/kube-state'
import type { TelemetryFamily } from '#lib/telemetry'
import { metricsAnswer } from '../agent/metrics-answer.ts'
import type { AuthFilter } from './auth-filter.ts'
import { plain, type Route } from './http.ts'
import { metricsRoute } from './metrics-route.ts'

/** What the routes answer from. */
export interface RouteSources {
  readonly api: KubeApi
  readonly state: () => KubeState
  readonly gzip: boolean
  readonly auth: AuthFilter | undefined
  readonly telemetry: () => TelemetryFamily[]
  readonly observe: (seconds: number, method: string) => void
}

/** :8080 — the cluster's state. */
export function stateRoutes(sources: RouteSources): ReadonlyMap<string, Route> {
  const metrics = guarded(sources.auth, '/metrics', metricsRoute(sources.state, sources.gzip))
  return new Map<string, Route>([
    ['/metrics', measured(sources.observe, metrics)],
    ['/livez', (request, response) => liveness(sources.api, request, response)],
    ['/healthz', (_, response) => plain(response, 200, 'OK')],
    ['/readyz', readiness(sources.state)],
    ['/', landing("Metrics for Kubernetes' state", ['/metrics', '/healthz', '/livez', '/readyz'])],
  ])
}

/** :8081 — this program's own metrics. */
export function telemetryRoutes(sources: RouteSources): ReadonlyMap<string, Route> {
  const metrics: Route = (request, response) => {
    const { contentType, body } = metricsAnswer(sources.telemetry(), {
      accept: request.headers.accept ?? '',
      params: {},
    })
    response.writeHead(200, { 'content-type': contentType }).end(body)
  }
  return new Map<string, Route>([
    ['/metrics', guarded(sources.auth, '/metrics', metrics)],
    ['/readyz', readiness(sources.state)],
    ['/livez', (request, response) => liveness(sources.api, request, response)],
    ['/healthz', (_, response) => plain(response, 200, 'OK')],
    ['/', landing('Self-metrics of binnacle kube-state', ['/metrics', '/readyz', '/livez'])],
  ])
}

/** As live as the API server is: a restart helps where the way to it is broken. */
async function liveness(api: KubeApi, request: IncomingMessage, response: Parameters<Route>[1]): Promise<void> {
  const gone = new AbortController()
  request.once('close', () => gone.abort())
  const isLive = await reaches(api, gone.signal)
  plain(response, isLive ? 200 : 503, isLive ? 'OK' : 'Service Unavailable')
}

async function reaches(api: KubeApi, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await api.request('/livez', { signal, timeoutMs: 5000 })
    await answer.bytes(1 << 16)
    return answer.status >= 200 && answer.status < 300
  } catch {
    return false // which is the answer
  }
}

function readiness(state: () => KubeState): Route {
  return (_, response) => {
    const waiting = state().waitingFor()
    if (waiting.length === 0) plain(response, 200, 'OK')
    else plain(response, 503, `Service Unavailable: the first list is not complete of ${waiting.join(', ')}`)
  }
}

function guarded(auth: AuthFilter | undefined, path: string, route: Route): Route {
  if (!auth) return route
  return async (request, response, url) => {
    const verdict = await auth.check(request.headers.authorization, path)
    if (verdict === 200) return route(request, response, url)
    const words = { 401: 'Unauthorized', 403: 'Forbidden', 503: 'Authentication failed' }
    plain(response, verdict, words[verdict])
  }
}

function measured(observe: RouteSources['observe'], route: Route): Route {
  return async (request, response, url) => {
    const started = performance.now()
    await route(request, response, url)
    observe((performance.now() - started) / 1000, (request.method ?? 'GET').toLowerCase())
  }
}

function landing(title: string, paths: readonly string[]): Route {
  const links = paths.map((path) => `<li><a href="${path}">${path}</a></li>`).join('')
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1><ul>${links}</ul></body></html>\n`
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
  }
}
