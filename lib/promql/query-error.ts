import type { Span } from './ast.ts'

/** Prometheus' errorType of a failed query. */
export type QueryErrorCode = 'bad_data' | 'execution' | 'timeout' | 'canceled'

/** A query that could not be answered; the message is what Prometheus' API says. */
export class QueryError extends Error {
  readonly code: QueryErrorCode
  /** Where in the query, when known. */
  readonly span: Span | undefined

  constructor(code: QueryErrorCode, message: string, span?: Span) {
    super(message)
    this.name = 'QueryError'
    this.code = code
    this.span = span
  }
}

/** Fails the evaluation. */
export function failQuery(message: string): never {
  throw new QueryError('execution', message)
}
