import { type ApiAnswer, type ApiRequest, jsonAnswer, statusAnswer } from './api-answer.ts'
import { answerDiscovery } from './discovery.ts'
import { answerMetrics, type MetricsSource } from './metrics-answer.ts'
import { answerOpenApi } from './open-api.ts'
import { GROUP, GROUP_VERSION, metricsPath } from './resources.ts'

export interface ResourceMetricsSource extends MetricsSource {
  readonly version: {
    readonly version: string
    readonly revision: string
    readonly built: string
    readonly node: string
  }
}

/** What there is: told at the root, and to whoever asks for something else. */
const PATHS = [
  '/apis',
  `/apis/${GROUP}`,
  `/apis/${GROUP_VERSION}`,
  '/healthz',
  '/livez',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/readyz',
  '/version',
]

/** Answers whatever is asked of the API; health and the program's own metrics are the caller's. */
export function answerResourceMetrics(request: ApiRequest, source: ResourceMetricsSource): ApiAnswer {
  try {
    const path = metricsPath(request.path)
    if (path !== undefined) return answerMetrics(request, path, source)
    const { version } = source.version
    return answerDiscovery(request) ?? answerOpenApi(request, version) ?? answerRest(request, source)
  } catch (error) {
    return statusAnswer(error)
  }
}

function answerRest({ path }: ApiRequest, { version }: ResourceMetricsSource): ApiAnswer {
  if (path === '/version') return jsonAnswer(versionInfo(version))
  return jsonAnswer({ paths: PATHS }, path === '/' ? 200 : 404)
}

/** `/version` in the form of every Kubernetes API server. */
function versionInfo({ version, revision, built, node }: ResourceMetricsSource['version']): object {
  const [major = '', minor = ''] = version.split('.')
  return {
    major,
    minor,
    gitVersion: `v${version}`,
    gitCommit: revision,
    gitTreeState: 'clean',
    buildDate: built,
    goVersion: `node ${node}`,
    compiler: 'node',
    platform: `${process.platform}/${process.arch}`,
  }
}
