/** Prometheus' kinds of error and the HTTP status of each. */
const statusOf = {
  bad_data: 400,
  unauthorized: 401,
  forbidden: 403,
  too_many_requests: 429,
  execution: 422,
  canceled: 503,
  timeout: 503,
  internal: 500,
  unavailable: 503,
  not_found: 404,
  not_acceptable: 406,
} as const

export type ErrorType = keyof typeof statusOf

/** An error that a client of the API sees, in Prometheus' envelope. */
export class ApiError extends Error {
  readonly code: ErrorType

  constructor(code: ErrorType, message: string) {
    super(message)
    this.code = code
  }
}

/** A finished answer: what a query thread hands back and the HTTP server sends as it is. */
export interface Answer {
  readonly status: number
  readonly body: Uint8Array<ArrayBuffer>
  /** How the body is compressed; absent: not at all. */
  readonly encoding?: 'gzip'
}

/** The answer for any failure. What is not an ApiError, nor carries such a code, is our own: internal. */
export function errorAnswer(error: unknown): Answer {
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  const body = JSON.stringify({ status: 'error', errorType: code, error: message })
  return { status: statusOf[code], body: new Uint8Array(Buffer.from(body)) }
}

function codeOf(error: unknown): ErrorType {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  return Object.hasOwn(statusOf, code) ? (code as ErrorType) : 'internal'
}
