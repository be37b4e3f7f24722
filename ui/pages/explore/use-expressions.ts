import { useInstant, useRange, type Answer, type RangeAnswer } from '../../app/data.ts'
import type { InstantSeries } from '../../lib/columns.ts'

/** An expression with its letter and its answer. */
export interface Asked<T> {
  letter: string
  expression: string
  answer: T
}

/** The answers over the range; there is a slot for each letter, since hooks cannot be counted at run time. */
export function useRangeAnswers(
  expressions: (string | null)[],
  letters: string[],
  stepMs: number | undefined,
): Asked<RangeAnswer>[] {
  const answers = [
    useRange(expressions[0] ?? null, stepMs),
    useRange(expressions[1] ?? null, stepMs),
    useRange(expressions[2] ?? null, stepMs),
    useRange(expressions[3] ?? null, stepMs),
    useRange(expressions[4] ?? null, stepMs),
  ]
  return asked(expressions, letters, answers)
}

/** The answers at the end of the range. */
export function useInstantAnswers(expressions: (string | null)[], letters: string[]): Asked<Answer<InstantSeries[]>>[] {
  const answers = [
    useInstant(expressions[0] ?? null),
    useInstant(expressions[1] ?? null),
    useInstant(expressions[2] ?? null),
    useInstant(expressions[3] ?? null),
    useInstant(expressions[4] ?? null),
  ]
  return asked(expressions, letters, answers)
}

function asked<T>(expressions: (string | null)[], letters: string[], answers: T[]): Asked<T>[] {
  return expressions.flatMap((expression, i) =>
    expression === null ? [] : [{ letter: letters[i], expression, answer: answers[i] }],
  )
}
