/** Bytes that no Prometheus wrote, or that were damaged since: which file, and where in it. */
export class PrometheusDataError extends Error {
  override readonly name = 'PrometheusDataError'
  readonly code = 'prometheus-data'
  readonly file: string
  readonly offset: number
  /** What is wrong, without the place. */
  readonly problem: string

  constructor(file: string, offset: number, problem: string, cause?: unknown) {
    super(`read ${file} at ${offset}: ${problem}`, { cause })
    this.file = file
    this.offset = offset
    this.problem = problem
  }
}
