/**
 * One rule, made ready to run over thousands of label sets: the pattern is compiled once, values that cannot lead to a
 * change cost a comparison, and answers for values that come again are remembered. Watched by relabel.bench.ts.
 */
import { hashOf } from '#lib/model'
import { compileMatcherRegex, compileRegex, expandTemplate, type MatchGroups } from '#lib/regex'
import { isLabelName, type NameValidation, type RelabelConfig } from './config.ts'
import { lowerCase, upperCase } from './fold-case.ts'
import type { LabelSet } from './label-set.ts'

/** Applies a rule; false where the set is to be dropped. */
export type Rule = (set: LabelSet) => boolean

const DEFAULT_REGEX = '(.*)'
/** Answers that a rule remembers, and the longest value it remembers one for. */
const MOST_REMEMBERED = 1024
const LONGEST_REMEMBERED = 256

/** Makes a rule of its configuration. */
export function compileRule(config: RelabelConfig, names: NameValidation): Rule {
  const { action, target_label: target } = config
  const valueOf = sourceValue(config)
  if (action === 'replace') return replaceRule(config, names)
  if (action === 'keepequal') return (set) => set.get(target) === valueOf(set)
  if (action === 'dropequal') return (set) => set.get(target) !== valueOf(set)
  if (action === 'lowercase') return setting(target, (set) => lowerCase(valueOf(set)))
  if (action === 'uppercase') return setting(target, (set) => upperCase(valueOf(set)))
  if (action === 'hashmod') return hashRule(config)
  if (action === 'labelmap') return labelMapRule(config)
  const matches = rememberingMatcher(config.regex ?? DEFAULT_REGEX)
  if (action === 'keep') return (set) => matches(valueOf(set))
  if (action === 'drop') return (set) => !matches(valueOf(set))
  return filterRule(matches, action === 'labelkeep')
}

/** The value that a rule looks at: those of its source labels, joined. */
export function sourceValue({ source_labels: sources, separator }: RelabelConfig): (set: LabelSet) => string {
  if (sources.length === 0) return () => ''
  const [first, ...rest] = sources
  if (rest.length === 0) return (set) => set.get(first)
  return (set) => {
    let value = set.get(first)
    for (const name of rest) value += separator + set.get(name)
    return value
  }
}

function setting(target: string, valueOf: (set: LabelSet) => string): Rule {
  return (set) => {
    set.set(target, valueOf(set))
    return true
  }
}

function hashRule(config: RelabelConfig): Rule {
  const valueOf = sourceValue(config)
  const modulus = BigInt(config.modulus)
  return setting(config.target_label, (set) => String(hashOf(valueOf(set)) % modulus))
}

function replaceRule(config: RelabelConfig, names: NameValidation): Rule {
  const { target_label: target, replacement } = config
  const valueOf = sourceValue(config)
  const match = groupMatcher(config.regex ?? DEFAULT_REGEX)
  const hasFixedTarget = !target.includes('$')
  const expandName = template(target)
  const expandValue = template(replacement)
  const emptyMatches = match('') !== undefined
  return (set) => {
    const value = valueOf(set)
    if (value === '' && !emptyMatches) return true
    const groups = match(value)
    if (groups === undefined) return true
    const name = hasFixedTarget ? target : expandName(groups)
    if (hasFixedTarget || isLabelName(name, names)) set.set(name, expandValue(groups))
    return true
  }
}

function labelMapRule(config: RelabelConfig): Rule {
  const match = remembering(groupMatcher(config.regex ?? DEFAULT_REGEX))
  const expand = template(config.replacement)
  const nameFor = remembering((name: string) => {
    const groups = match(name)
    return groups === undefined ? '' : expand(groups)
  })
  return (set) => {
    const mapped = set.names().filter((name) => nameFor(name) !== '')
    if (mapped.length === 0) return true
    // Two labels that become one: the last in Prometheus' order stays.
    const isClear = new Set(mapped.map(nameFor)).size === mapped.length
    const ordered = isClear ? mapped : set.orderedNames().filter((name) => nameFor(name) !== '')
    const values = ordered.map((name) => set.get(name))
    for (const [i, name] of ordered.entries()) set.set(nameFor(name), values[i])
    return true
  }
}

function filterRule(matches: (name: string) => boolean, keeps: boolean): Rule {
  return (set) => {
    for (const name of set.names()) if (matches(name) !== keeps) set.delete(name)
    return true
  }
}

function rememberingMatcher(pattern: string): (value: string) => boolean {
  if (pattern === DEFAULT_REGEX) return () => true
  const regex = compileMatcherRegex(pattern)
  // A set of literals answers faster than a memory does.
  return regex.setMatches ? (value) => regex.matches(value) : remembering((value) => regex.matches(value))
}

/** The groups of a match of the whole value. */
function groupMatcher(pattern: string): (value: string) => MatchGroups | undefined {
  if (pattern === DEFAULT_REGEX) return (value) => wholeValue(value)
  if (pattern === '(.+)') return (value) => (value === '' ? undefined : wholeValue(value))
  const regex = compileRegex(pattern)
  const simple = compileMatcherRegex(pattern)
  if (simple.setMatches && regex.groupCount === 0) {
    return (value) => (simple.matches(value) ? { group: (key) => (key === 0 ? value : undefined) } : undefined)
  }
  return (value) => regex.match(value)
}

function wholeValue(value: string): MatchGroups {
  return { group: (key) => (key === 0 || key === 1 ? value : undefined) }
}

/** A template that is looked at once. */
function template(text: string): (groups: MatchGroups) => string {
  if (!text.includes('$')) return () => text
  const only = /^\$(?:(\d+)|\{(\d+)\})$/.exec(text)
  if (!only) return (groups) => expandTemplate(text, groups)
  const group = Number(only[1] ?? only[2])
  return (groups) => groups.group(group) ?? ''
}

/** Remembers answers; when it knows too many it starts over, which costs less than to keep them in order. */
function remembering<T>(ask: (value: string) => T): (value: string) => T {
  const known = new Map<string, T>()
  return (value) => {
    if (value.length > LONGEST_REMEMBERED) return ask(value)
    const answer = known.get(value)
    if (answer !== undefined) return answer
    const fresh = ask(value)
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(value, fresh)
    return fresh
  }
}
