import type { LineWriter } from '../family.ts'

/** The values that a field can take, each as the values of its line. */
export type Choices = readonly (readonly [string])[]

/** The choices of a field. */
export function choices(...names: readonly string[]): Choices {
  return names.map((name) => [name] as const)
}

/** A line for each choice, 1 for the one that holds; none where the field is not set. */
export function choiceLines(names: readonly [string], all: Choices, chosen: string, out: LineWriter): void {
  if (chosen === '') return
  for (const choice of all) out.labelled(names, choice, choice[0] === chosen ? 1 : 0)
}
