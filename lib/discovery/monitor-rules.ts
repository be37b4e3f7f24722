import { compileMatcherRegex, RegexError } from '#lib/regex'
import { meta, sanitizeLabelName } from './meta-labels.ts'
import type { RawRule } from './monitor-selector.ts'
import { PATTERN_BUDGET, patternCost } from './pattern-cost.ts'
import type { SpecReader } from './spec-reader.ts'

/** Keeps the pool's name for later rules before anything else. */
export const firstRule: RawRule = { source_labels: ['job'], target_label: '__tmp_prometheus_job_name' }

/** Pods that have ended answer no more. */
export const dropEndedPods: RawRule = {
  source_labels: [meta('pod_phase')],
  regex: '(Failed|Succeeded)',
  action: 'drop',
}

/** Copies a label that discovery gives. */
export function copyRule(from: string, to: string): RawRule {
  return { source_labels: [meta(from)], target_label: to }
}

/** Copies a label of the object where it is there. */
export function copyPresentRule(prefix: string, label: string, to = sanitizeLabelName(label)): RawRule {
  return {
    source_labels: [meta(prefix + sanitizeLabelName(label))],
    target_label: to,
    regex: '(.+)',
    replacement: '${1}',
  }
}

/** Sets a label to a text: `$` in it is no reference. */
export function setRule(label: string, value: string): RawRule {
  return { target_label: label, replacement: value.replaceAll('$', '$$$$') }
}

/** Reads `relabelings` or `metricRelabelings`. */
export function readRules(spec: SpecReader, name: string): RawRule[] {
  return spec.objects(name).map(readRule)
}

function readRule(spec: SpecReader): RawRule {
  const rule: Record<string, string | number | readonly string[]> = {}
  const sources = spec.texts('sourceLabels')
  if (sources.length > 0) rule.source_labels = sources
  for (const [field, key] of [
    ['separator', 'separator'],
    ['targetLabel', 'target_label'],
    ['regex', 'regex'],
    ['replacement', 'replacement'],
  ]) {
    if (spec.has(field)) rule[key] = spec.text(field)
  }
  const modulus = spec.count('modulus')
  if (modulus !== undefined && modulus > 0) rule.modulus = modulus
  const action = spec.text('action')
  if (action !== '') rule.action = action.toLowerCase()
  if (typeof rule.regex === 'string') checkRegex(spec, rule.regex)
  return rule
}

function checkRegex(spec: SpecReader, regex: string): void {
  if (patternCost(regex) > PATTERN_BUDGET) return spec.problem('too-large', 'regex', { limit: PATTERN_BUDGET })
  try {
    compileMatcherRegex(regex)
  } catch (error) {
    if (!(error instanceof RegexError)) throw error
    spec.problem('invalid', 'regex', { text: error.message.slice(0, 300) })
  }
}
