import { clusterCommand } from './cluster-commands.ts'

import type { Advice, Say } from './words.ts'

/** What is wrong, what shows it, and what to do; a command is added. */
export type Told = readonly [title: string, evidence: string, action: string]

/** The words of rules over clusters. */
export type ClusterWords = Readonly<Record<string, (s: Say) => Told>>

/** The words as whole advice, each with its command. */
export function withCommands(words: ClusterWords, unknown: string): Readonly<Record<string, (s: Say) => Advice>> {
  return Object.fromEntries(
    Object.entries(words).map(([rule, of]) => [rule, (s: Say) => withCommand(clusterCommand(rule, s), of(s), unknown)]),
  )
}

function withCommand(command: string, [title, known, action]: Told, unknown: string): Advice {
  const evidence = known || unknown
  return command === '' ? { title, evidence, action } : { title, evidence, action: `${action}: ${command}`, command }
}
