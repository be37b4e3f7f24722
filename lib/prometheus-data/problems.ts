import { PrometheusDataError } from './data-error.ts'

/** Something that was set aside; the rest is read. */
export interface Problem {
  readonly file: string
  readonly offset: number
  readonly problem: string
  /** Whether it is only the end of a log that was being written when its writer died. */
  readonly isTornTail: boolean
}

/** The most that are kept one by one. */
const MOST = 1000

/** What was set aside. */
export class Problems {
  /** The first thousand. */
  readonly list: Problem[] = []
  /** How many there were. */
  count = 0

  add(problem: Problem): void {
    this.count++
    if (this.list.length < MOST) this.list.push(problem)
  }

  /** Adds an error that one of our readers threw; a failure of the world goes on to the caller. */
  addError(error: unknown): void {
    if (!(error instanceof PrometheusDataError)) throw error
    this.add({ file: error.file, offset: error.offset, problem: error.problem, isTornTail: false })
  }
}
