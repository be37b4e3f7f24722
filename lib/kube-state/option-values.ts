/** The values of kube-state-metrics' flags, read and worded as it does. */

import { MAX_WILDCARDS } from './label-rules.ts'

/** Keys of labels or annotations by resource; `*` for every resource. */
export type AllowListByResource = ReadonlyMap<string, readonly string[]>

/** A flag's value that cannot be used. */
export class OptionError extends Error {
  override readonly name = 'OptionError'
  readonly code = 'invalid-option'
}

/** Names between commas, without blanks and empty ones, each once: resources, metrics. */
export function parseNames(text: string): string[] {
  return [...new Set(parseList(text))]
}

/** Names between commas, without blanks and empty ones: namespaces. */
export function parseList(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** The namespaces to list: those named, or '' for all. */
export function chosenNamespaces(named: readonly string[]): readonly string[] {
  return named.length === 0 ? [''] : named
}

/** The field selector that leaves out these namespaces. */
export function deniedNamespaceSelector(denied: readonly string[]): string {
  return denied.map((namespace) => `metadata.namespace!=${escapeSelector(namespace)}`).join(',')
}

/** The field selector of the objects of one node. */
export function nodeSelector(node: string): string {
  return node === '' ? '' : `spec.nodeName=${escapeSelector(node)}`
}

/** All of these field selectors at once. */
export function mergeSelectors(selectors: readonly string[]): string {
  return selectors.filter((selector) => selector !== '').join(',')
}

function escapeSelector(value: string): string {
  return value.replaceAll(/[\\,=]/g, String.raw`\$&`)
}

const FORMAT = 'invalid format, metric=[label1,label2,labeln...],metricN=[]'
const WILDCARDS = 'invalid format, only one wildcard per label allowed'

/** `pods=[app,team/*],nodes=[*]`: which keys of which resource. */
export function parseAllowList(text: string): AllowListByResource {
  const runes = text.split('')
  const lists = new Map<string, string[]>()
  let name = ''
  let start = 0
  const word = (end: number): string => runes.slice(start, end).join('').trim()
  const add = (end: number): void => {
    const list = lists.get(name) ?? []
    list.push(word(end))
    lists.set(name, list)
  }
  for (const [i, rune] of runes.entries()) {
    if (!'=[],'.includes(rune)) continue
    const before = runes[i - 1] ?? rune
    const after = runes[i + 1]
    if (!isPlaced(rune, before, after)) throw new OptionError(FORMAT)
    if (rune === '=') lists.set((name = word(i)), [])
    if ((rune === ']' && before !== '[') || (rune === ',' && before !== ']')) add(i)
    start = i + 1
  }
  return checkWildcards(lists)
}

/** Whether a sign may stand between its neighbours. */
function isPlaced(rune: string, before: string, after: string | undefined): boolean {
  if (rune === '=') return before !== ',' && after === '['
  if (rune === '[') return before === '='
  if (rune === ']') return after === undefined || after === ','
  return before !== rune && after !== undefined && after !== ']'
}

/** Refuses patterns that allow more than was meant. */
export function checkWildcards(lists: AllowListByResource): AllowListByResource {
  for (const entry of [...lists.values()].flat())
    if (entry.split('*').length - 1 > MAX_WILDCARDS) throw new OptionError(WILDCARDS)
  return lists
}
