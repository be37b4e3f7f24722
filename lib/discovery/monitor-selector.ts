import { isLabelValue, labelKeyMistake, type LabelRequirement } from '#lib/kube'
import { meta, sanitizeLabelName } from './meta-labels.ts'
import type { SpecReader } from './spec-reader.ts'

/** One entry of `relabel_configs` as a file has it. */
export type RawRule = Readonly<Record<string, string | number | readonly string[]>>

/** Reads a `metav1.LabelSelector`: all of `matchLabels` and `matchExpressions` must hold; an empty one selects all. */
export function readSelector(spec: SpecReader | undefined): LabelRequirement[] {
  if (!spec) return []
  const labels = spec.textMap('matchLabels').toSorted(([a], [b]) => (a < b ? -1 : 1))
  const equal = labels.map(([key, value]) => ({ key, operator: 'in' as const, values: [value] }))
  const found = [...equal, ...spec.objects('matchExpressions').flatMap((one) => readExpression(one) ?? [])]
  for (const requirement of found) checkRequirement(spec, requirement)
  return found
}

const operators: Readonly<Record<string, LabelRequirement['operator']>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
}

function readExpression(spec: SpecReader): LabelRequirement | undefined {
  const name = spec.text('operator')
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
  if (!operator) {
    spec.problem('malformed', 'operator', { expected: 'In, NotIn, Exists or DoesNotExist' })
    return undefined
  }
  const values = spec.texts('values')
  const needsValues = operator === 'in' || operator === 'notin'
  if (needsValues !== values.length > 0) {
    spec.problem('malformed', 'values', { expected: needsValues ? 'at least one value' : `no values for ${name}` })
    return undefined
  }
  return { key: spec.text('key'), operator, values }
}

function checkRequirement(spec: SpecReader, { key, values }: LabelRequirement): void {
  const mistake = labelKeyMistake(key)
  if (mistake !== undefined) spec.problem('invalid', key.slice(0, 100), { text: mistake })
  for (const value of values) {
    if (!isLabelValue(value))
      spec.problem('invalid', key.slice(0, 100), {
        text: `${JSON.stringify(value.slice(0, 100))} cannot be the value of a label`,
      })
  }
}

/** The rules that keep what a selector selects, by the labels of objects of a role. */
export function selectorRules(role: string, requirements: readonly LabelRequirement[]): RawRule[] {
  return requirements.map((requirement) => selectorRule(role, requirement))
}

function selectorRule(role: string, { key, operator, values }: LabelRequirement): RawRule {
  const name = sanitizeLabelName(key)
  const present = meta(`${role}_labelpresent_${name}`)
  const action = operator === 'in' || operator === 'exists' ? 'keep' : 'drop'
  if (operator === 'exists' || operator === '!') return { action, source_labels: [present], regex: 'true' }
  const any = values.map(escapeRegex).join('|')
  return { action, source_labels: [meta(`${role}_label_${name}`), present], regex: `(${any});true` }
}

/** A text as a pattern that matches it alone. */
export function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** Which namespaces a monitor selects; undefined: all. */
export function readNamespaces(spec: SpecReader, own: string): readonly string[] | undefined {
  const selector = spec.object('namespaceSelector')
  if (selector?.boolean('any') === true) return undefined
  const names = selector?.texts('matchNames') ?? []
  return names.length === 0 ? [own] : names
}
