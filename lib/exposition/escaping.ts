import { escapeName, type EscapingScheme } from '#lib/model'

/** How a name that older readers do not know is written for them. */
export type Escaping = 'allow-utf-8' | EscapingScheme

/** The escaping schemes by their names in `escaping=` of a content type. */
export const escapings: readonly Escaping[] = ['allow-utf-8', 'underscores', 'dots', 'values']

/** The name as a reader sees it who asked for this scheme. */
export function escapedName(name: string, scheme: Escaping): string {
  return scheme === 'allow-utf-8' ? name : escapeName(name, scheme)
}
