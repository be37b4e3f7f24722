import type { Finding } from './finding.ts'

/** One series of an instant answer. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Answers an instant query in PromQL. */
export type Ask = (expr: string) => Promise<readonly Sample[]>

/** A rule: what it asks, and a pure function from the answers to what is wrong. */
export interface Rule {
  readonly id: string
  readonly expressions: Readonly<Record<string, string>>
  readonly find: (answers: Readonly<Record<string, readonly Sample[]>>) => Finding[]
}

/** The value of the series with the same labels of these names; undefined where there is none. */
export function matching(samples: readonly Sample[], like: Sample, names: readonly string[]): number | undefined {
  return samples.find((sample) => names.every((name) => sample.labels[name] === like.labels[name]))?.value
}
