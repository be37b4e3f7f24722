import type { RawBody, RawRequest } from '#lib/api'
import { negotiate, writeOpenMetrics, writeText, type MetricFamily } from '#lib/exposition'

/** Families in the format that the client prefers. */
export function metricsAnswer(families: readonly MetricFamily[], request: RawRequest): RawBody {
  const { format, contentType, escaping } = negotiate(request.accept)
  const body = format === 'openmetrics' ? writeOpenMetrics(families, { escaping }) : writeText(families, { escaping })
  return { contentType, body }
}
