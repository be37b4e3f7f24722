/** One condition of a label selector. */
export interface LabelRequirement {
  readonly key: string
  readonly operator: 'in' | 'notin' | 'exists' | '!' | '>' | '<'
  /** Empty for `exists` and `!`, one for `>` and `<`. */
  readonly values: readonly string[]
}

/** Why a selector cannot be read. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError'
  readonly code = 'invalid-selector'
  /** Without the selector's text: as the API server words it. */
  readonly reason: string

  constructor(reason: string, text = '') {
    super(text === '' ? reason : `${reason} in '${text}'`)
    this.reason = reason
  }
}

const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/
const LABEL_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const LABEL_PREFIX = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/

/** Reads a label selector as the API server does: `app=web,tier in (a,b),!canary`. Throws SelectorError. */
export function parseLabelSelector(text: string): LabelRequirement[] {
  const tokens = text.match(/[(),]|!=|==|=|>|<|!|[^\s(),=!<>]+/g) ?? []
  const parser = new Parser(tokens, text)
  return parser.all()
}

/** True when labels meet all requirements. */
export function matchesLabels(
  requirements: readonly LabelRequirement[],
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  return requirements.every((requirement) => meets(requirement, labels ?? {}))
}

/** True when labels meet one requirement; a missing label meets `notin` and `!`. */
export function meets({ key, operator, values }: LabelRequirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  if (operator === '!') return value === undefined
  if (operator === 'notin') return value === undefined || !values.includes(value)
  if (value === undefined) return false
  if (operator === 'exists') return true
  if (operator === 'in') return values.includes(value)
  if (!/^[-+]?\d+$/.test(value)) return false
  return operator === '>' ? BigInt(value) > BigInt(values[0]) : BigInt(value) < BigInt(values[0])
}

/** A selector as the API server's query takes it. */
export function formatLabelSelector(requirements: readonly LabelRequirement[]): string {
  return requirements.map(formatRequirement).join(',')
}

/** One requirement in words of a selector. */
export function formatRequirement({ key, operator, values }: LabelRequirement): string {
  if (operator === 'exists') return key
  if (operator === '!') return `!${key}`
  if (operator === '>' || operator === '<') return `${key}${operator}${values[0]}`
  if (values.length === 1) return `${key}${operator === 'in' ? '=' : '!='}${values[0]}`
  return `${key} ${operator} (${values.join(',')})`
}

/** Why a key cannot be that of a label, or undefined. */
export function labelKeyMistake(key: string): string | undefined {
  const slash = key.indexOf('/')
  const prefix = slash < 0 ? undefined : key.slice(0, slash)
  const isRight = LABEL_NAME.test(key.slice(slash + 1)) && (prefix === undefined || isLabelPrefix(prefix))
  return isRight ? undefined : `${JSON.stringify(key)} cannot be the key of a label`
}

/** True when a label can have this value. */
export function isLabelValue(value: string): boolean {
  return LABEL_VALUE.test(value)
}

function isLabelPrefix(prefix: string): boolean {
  return prefix.length <= 253 && LABEL_PREFIX.test(prefix)
}

/** Checks a field selector as the API server reads it: `status.phase=Running,spec.nodeName!=`. Throws SelectorError. */
export function checkFieldSelector(text: string): void {
  for (const term of text.match(/(?:\\.|[^,\\])+/g) ?? []) {
    if (!/^(?:\\.|[^\\])*?=/.test(term)) {
      throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`)
    }
  }
}

/** Terms of a field selector; `negative` for `!=`. */
export function parseFieldSelector(text: string): { path: string; negative: boolean; value: string }[] {
  checkFieldSelector(text)
  return (text.match(/(?:\\.|[^,\\])+/g) ?? []).map((term) => {
    const [, path, operator, value] = /^((?:\\.|[^\\])*?)(!=|==|=)(.*)$/s.exec(term) ?? ['', term, '=', '']
    return { path, negative: operator === '!=', value: value.replaceAll(/\\(.)/g, '$1') }
  })
}

class Parser {
  private readonly tokens: readonly string[]
  private readonly text: string
  private at = 0

  constructor(tokens: readonly string[], text: string) {
    this.tokens = tokens
    this.text = text
  }

  all(): LabelRequirement[] {
    const found: LabelRequirement[] = []
    if (this.tokens.length === 0) return found
    do found.push(this.requirement())
    while (this.take(','))
    if (this.at < this.tokens.length) this.fail(`found '${this.tokens[this.at]}', expected: ',' or 'end of string'`)
    return found
  }

  private requirement(): LabelRequirement {
    const isAbsent = this.take('!')
    const key = this.next()
    const mistake = labelKeyMistake(key)
    if (mistake !== undefined) this.fail(mistake)
    if (isAbsent) return { key, operator: '!', values: [] }
    return this.comparison(key)
  }

  private comparison(key: string): LabelRequirement {
    const token = this.tokens[this.at]
    if (token === undefined || token === ',') return { key, operator: 'exists', values: [] }
    this.at++
    if (token === 'in' || token === 'notin') return { key, operator: token, values: this.list() }
    if (token === '>' || token === '<') return { key, operator: token, values: [this.integer(token)] }
    if (token === '=' || token === '==') return { key, operator: 'in', values: [this.value()] }
    if (token === '!=') return { key, operator: 'notin', values: [this.value()] }
    return this.fail(`found '${token}', expected: in, notin, =, ==, !=, >, <`)
  }

  private list(): string[] {
    if (!this.take('(')) this.fail("expected '('")
    const values = [this.value()]
    while (this.take(',')) values.push(this.value())
    if (!this.take(')')) this.fail("expected ')'")
    return values
  }

  /** May be empty: `a=` is the empty value. */
  private value(): string {
    const token = this.tokens[this.at]
    if (token === undefined || token === ',' || token === ')') return ''
    this.at++
    if (/^[(=!<>]/.test(token)) this.fail(`found '${token}', expected: identifier`)
    if (!isLabelValue(token)) this.fail(`${JSON.stringify(token)} cannot be the value of a label`)
    return token
  }

  private integer(operator: string): string {
    const token = this.next()
    if (!/^[-+]?\d{1,19}$/.test(token)) this.fail(`for '${operator}' operators, the value must be an integer`)
    return token
  }

  private next(): string {
    const token = this.tokens[this.at++]
    if (token === undefined || /^[(),=!<>]/.test(token)) this.fail(`found '${token ?? ''}', expected: identifier`)
    return token
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false
    this.at++
    return true
  }

  private fail(why: string): never {
    throw new SelectorError(`unable to parse requirement: ${why}`, this.text)
  }
}
