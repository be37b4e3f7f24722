import * as v from 'valibot'
import { isLegacyLabelName, isValidName, quote } from '#lib/model'
import { compileMatcherRegex } from '#lib/regex'

/** What a rule can do. */
export const relabelActions = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const
export type RelabelAction = (typeof relabelActions)[number]

/** Which names labels may have: any text, or letters, digits and `_`. */
export type NameValidation = 'utf8' | 'legacy'

/** One rule of `relabel_configs`, with defaults filled in. Plain data: it travels between threads. */
export interface RelabelConfig {
  readonly source_labels: readonly string[]
  readonly separator: string
  /** Undefined where the file gives none, which matches everything as `(.*)` does. */
  readonly regex: string | undefined
  /** 0 where there is none. */
  readonly modulus: number
  readonly target_label: string
  readonly replacement: string
  readonly action: RelabelAction
}

/** Prometheus' defaults. */
export const defaultRelabelConfig: RelabelConfig = {
  source_labels: [],
  separator: ';',
  regex: undefined,
  modulus: 0,
  target_label: '',
  replacement: '$1',
  action: 'replace',
}

/** A number or a switch without quotes is the text that it is written as; a fraction may have lost digits on its way. */
const text = v.pipe(
  v.union([v.string(), v.boolean(), v.number()], 'expected a text'),
  v.check((value) => typeof value !== 'number' || Number.isSafeInteger(value), 'put this number in quotes'),
  v.transform(String),
)
const action = v.pipe(
  v.string('expected the name of an action'),
  v.rawTransform<string, RelabelAction>(({ dataset, addIssue, NEVER }) => {
    const known = relabelActions.find((name) => name === dataset.value.toLowerCase())
    if (known !== undefined) return known
    addIssue({ message: `unknown relabel action ${quote(dataset.value)}` })
    return NEVER
  }),
)
const regex = v.pipe(
  text,
  v.rawCheck(({ dataset, addIssue }) => {
    const mistake = dataset.typed ? regexMistake(dataset.value) : undefined
    if (mistake !== undefined) addIssue({ message: mistake })
  }),
)
const labelName = v.pipe(
  text,
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.typed && !isValidName(dataset.value))
      addIssue({ message: `${quote(dataset.value)} is not a valid label name` })
  }),
)
const object = v.strictObject({
  source_labels: v.nullish(v.array(labelName)),
  separator: v.nullish(text),
  regex: v.nullish(regex),
  modulus: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0))),
  target_label: v.nullish(text),
  replacement: v.nullish(text),
  action: v.nullish(action),
})

/** One rule as a configuration file has it, refused with Prometheus' words. */
export function relabelConfigSchema(names: NameValidation = 'utf8') {
  return v.pipe(
    object,
    v.rawTransform<v.InferOutput<typeof object>, RelabelConfig>(({ dataset, addIssue, NEVER }) => {
      const given = Object.fromEntries(Object.entries(dataset.value).filter(([, value]) => value !== null))
      const config = { ...defaultRelabelConfig, ...given } as RelabelConfig
      const hasSources = dataset.value.source_labels !== undefined && dataset.value.source_labels !== null
      const mistake = relabelMistake(config, names, hasSources)
      if (mistake === undefined) return config
      addIssue({ message: mistake })
      return NEVER
    }),
  )
}

const NEEDS_TARGET: ReadonlySet<string> = new Set([
  'replace',
  'hashmod',
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
])
const NO_REPLACEMENT: ReadonlySet<string> = new Set(['lowercase', 'uppercase', 'keepequal', 'dropequal'])

/** A template of legacy names with references in it; of a reference without braces only the first letter is told apart. */
const LEGACY_TEMPLATE = /^(?:[a-zA-Z_]|\$(?:\{\w+\}|\w))(?:\w|\$(?:\{\w+\}|\w))*$/

/** Why a rule cannot be, in Prometheus' words, or undefined. */
export function relabelMistake(
  config: Omit<RelabelConfig, 'action'> & { readonly action: string },
  names: NameValidation,
  hasSources: boolean = config.source_labels.length > 0,
): string | undefined {
  const { action, modulus, target_label: target } = config
  if (action === '') return 'relabel action cannot be empty'
  if (action === 'hashmod' && modulus === 0) return 'relabel configuration for hashmod requires non-zero modulus'
  if (NEEDS_TARGET.has(action) && target === '')
    return `relabel configuration for ${action} action requires 'target_label' value`
  return templateMistake(config, names) ?? surplusMistake(config, hasSources)
}

function templateMistake(
  { action, target_label: target, replacement }: { action: string; target_label: string; replacement: string },
  names: NameValidation,
): string | undefined {
  const isTemplate = action === 'replace' && target.includes('$')
  const isTarget = isTemplate ? isTemplateOf(target, names) : isLabelName(target, names)
  if (NEEDS_TARGET.has(action) && !isTarget) return `${quote(target)} is invalid 'target_label' for ${action} action`
  if (NO_REPLACEMENT.has(action) && replacement !== defaultRelabelConfig.replacement)
    return `'replacement' can not be set for ${action} action`
  if (action === 'labelmap' && !isTemplateOf(replacement, names))
    return `${quote(replacement)} is invalid 'replacement' for ${action} action`
  return undefined
}

/** The fields that an action would ignore. */
function surplusMistake(
  config: Omit<RelabelConfig, 'action'> & { readonly action: string },
  hasSources: boolean,
): string | undefined {
  const { action, modulus, separator, replacement } = config
  const isPlain =
    modulus === 0 && separator === defaultRelabelConfig.separator && replacement === defaultRelabelConfig.replacement
  if ((action === 'dropequal' || action === 'keepequal') && !(isPlain && config.regex === undefined))
    return `${action} action requires only 'source_labels' and \`target_label\`, and no other fields`
  if ((action === 'labeldrop' || action === 'labelkeep') && (!isPlain || hasSources || config.target_label !== ''))
    return `${action} action requires only 'regex', and no other fields`
  return undefined
}

/** Whether a label may have this name. */
export function isLabelName(name: string, names: NameValidation): boolean {
  return names === 'legacy' ? isLegacyLabelName(name) : isValidName(name)
}

function isTemplateOf(template: string, names: NameValidation): boolean {
  return names === 'legacy' ? LEGACY_TEMPLATE.test(template) : isValidName(template)
}

function regexMistake(pattern: string): string | undefined {
  try {
    compileMatcherRegex(pattern)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
