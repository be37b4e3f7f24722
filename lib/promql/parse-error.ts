import { QueryError } from './query-error.ts'

/** One thing that is wrong with a query, at bytes start to end. */
export interface ParseProblem {
  readonly start: number
  readonly end: number
  readonly message: string
}

/** A query that does not parse; the message names the first problem as `line:column: parse error: …`. */
export class ParseError extends QueryError {
  readonly problems: readonly ParseProblem[]

  constructor(problems: readonly ParseProblem[], place: string) {
    super('bad_data', `${place}: parse error: ${problems[0].message}`, problems[0])
    this.name = 'ParseError'
    this.problems = problems
  }
}
