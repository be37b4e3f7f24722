/** A request as the API looks at it. */
export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly accept: string
  /** The header If-None-Match; '' without one. */
  readonly ifNoneMatch: string
}

/** An answer; a long body comes in parts, so that whoever sends it can pause between them. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Iterable<string>
}

/** Another object as JSON. */
export function jsonAnswer(value: unknown, status = 200, contentType = 'application/json'): ApiAnswer {
  return { status, headers: { 'content-type': contentType }, body: [`${JSON.stringify(value)}\n`] }
}

/** A refusal in the form of every Kubernetes API: a metav1.Status. */
export class StatusError extends Error {
  override readonly name = 'StatusError'
  readonly code = 'STATUS'
  readonly status: number
  readonly reason: string
  readonly details: Readonly<Record<string, string>>

  constructor(status: number, reason: string, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.reason = reason
    this.details = details
  }
}

/** The answer for a refusal; anything else that was thrown is an internal error. */
export function statusAnswer(error: unknown): ApiAnswer {
  const message = error instanceof Error ? error.message : String(error)
  const known =
    error instanceof StatusError
      ? error
      : new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, {})
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: known.message,
    reason: known.reason,
    ...(Object.keys(known.details).length === 0 ? {} : { details: known.details }),
    code: known.status,
  }
  return jsonAnswer(status, known.status)
}
