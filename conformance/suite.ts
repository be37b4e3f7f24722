/** Takes down what each case came to. */
export interface Report {
  pass(id: string): void
  fail(id: string, expected: unknown, actual: unknown): void
  skip(id: string, reason: string): void
}

/** A set of outside cases that run against the product. */
export interface Suite {
  /** The name of the folder of its cases. */
  readonly name: string
  run(folder: string, report: Report): Promise<void>
}
