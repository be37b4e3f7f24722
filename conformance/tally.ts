import { isDeepStrictEqual } from 'node:util'
import type { Report } from './suite.ts'

/** One failed case. */
export interface Failure {
  readonly id: string
  readonly expected: unknown
  readonly actual: unknown
}

/** Counts the cases of one suite. */
export class Tally implements Report {
  passed = 0
  readonly failures: Failure[] = []
  /** How many were skipped, by reason. */
  readonly skips = new Map<string, number>()

  pass(_id: string): void {
    this.passed++
  }

  fail(id: string, expected: unknown, actual: unknown): void {
    this.failures.push({ id, expected, actual })
  }

  skip(_id: string, reason: string): void {
    this.skips.set(reason, (this.skips.get(reason) ?? 0) + 1)
  }

  get skipped(): number {
    return [...this.skips.values()].reduce((sum, count) => sum + count, 0)
  }
}

/** Reports a case by what was expected and what came. */
export function compare(report: Report, id: string, expected: unknown, actual: unknown): void {
  if (isDeepStrictEqual(expected, actual)) report.pass(id)
  else report.fail(id, expected, actual)
}

/** What an attempt gives, or what it threw. */
export function attempt<T>(act: () => T): { readonly value: T } | { readonly error: Error } {
  try {
    return { value: act() }
  } catch (error) {
    return { error: error as Error }
  }
}
