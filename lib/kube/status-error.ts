import { KubeStatusError } from './api.ts'

/** metav1.Status, as far as it is used. */
export interface Status {
  readonly kind?: string
  readonly code?: number
  readonly reason?: string
  readonly message?: string
  readonly details?: { readonly retryAfterSeconds?: number } | null
}

/** The error of a Status that stands in an ERROR event of a watch. */
export function errorOfStatus(status: Status | undefined): KubeStatusError {
  const code = typeof status?.code === 'number' ? status.code : 500
  const message = status?.message || `the API server ended it with ${code}`
  return new KubeStatusError(code, status?.reason ?? '', message, status?.details?.retryAfterSeconds ?? 0)
}

/** The error of an answer that is not 2xx; its body is a Status, or of whoever stands between. */
export function errorOfAnswer(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  what: string,
): KubeStatusError {
  const text = Buffer.from(body).toString('utf8')
  const said = parseStatus(text)
  const message = said?.message || text.trim().slice(0, 200) || 'without a reason'
  const retryAfter = Math.max(retryAfterSeconds(headers['retry-after']), said?.details?.retryAfterSeconds ?? 0)
  return new KubeStatusError(status, said?.reason ?? '', `${what}: ${status}: ${message}`, retryAfter)
}

function parseStatus(text: string): Status | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    const value = JSON.parse(text) as Status
    return value.kind === 'Status' ? value : undefined
  } catch {
    // Something else than the API server answered; its text is shown as it is.
    return undefined
  }
}

/** Seconds, or a date; 0 for nothing. */
function retryAfterSeconds(header = ''): number {
  if (/^\d+$/.test(header)) return Number(header)
  const at = Date.parse(header)
  return Number.isNaN(at) ? 0 : Math.max(0, Math.ceil((at - Date.now()) / 1000))
}
