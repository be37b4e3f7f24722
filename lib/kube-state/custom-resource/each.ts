import { toNumber } from './to-number.ts'
import { goText, isRecord } from './go-text.ts'
import { addPathLabels, compilePath, compilePaths, type PathLabels, type ValuePath } from './value-path.ts'
import type { EachConfig, GaugeConfig, InfoConfig, PathConfig, StateSetConfig } from './config.ts'

/** One sample that an object gives, before the family's own labels. */
export interface EachValue {
  readonly value: number
  readonly labels: Map<string, string>
}

/** What an object gives, and what could not be made of it, in words. */
export interface EachValues {
  readonly values: readonly EachValue[]
  readonly errors: readonly string[]
}

/** How the samples of a family are found in an object. */
export type Each = (object: unknown) => EachValues

/** Throws where the definition cannot be used. */
export function compileEach(config: EachConfig): Each {
  const type = config.type.toLowerCase()
  if (type === 'gauge') return sorted(compileGauge(required(config.gauge, 'gauge')))
  if (type === 'info') return sorted(compileInfo(required(config.info, 'info')))
  if (type === 'stateset') return sorted(compileStateSet(required(config.stateSet, 'stateSet')))
  throw new Error(`unknown metric type ${type}`)
}

function required<T>(config: T | undefined, name: string): T {
  if (config === undefined) throw new Error(`expected each.${name} to not be nil`)
  return config
}

interface Common {
  readonly path: ValuePath
  readonly labels: PathLabels
}

function compileCommon(kind: string, config: PathConfig): Common {
  return {
    path: within(`each.${kind}: path`, () => compilePath(config.path)),
    labels: within(`each.${kind}: labelsFromPath`, () => compilePaths(config.labelsFromPath)),
  }
}

/** Puts the place before the message of what fails. */
function within<T>(place: string, compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`, { cause: error })
  }
}

class Found implements EachValues {
  readonly values: EachValue[] = []
  readonly errors: string[] = []
}

/** In the order of labels, which does not depend on the order of an object's fields. */
function sorted(each: Each): Each {
  return (object) => {
    const { values, errors } = each(object)
    const keyed = values.map((value) => ({ value, key: sortKey(value) }))
    keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    return { values: keyed.map(({ value }) => value), errors }
  }
}

function sortKey({ labels }: EachValue): string {
  const names = [...labels.keys()].sort()
  return names.map((name) => `${name}\0${labels.get(name)}\0`).join('')
}

function compileGauge(config: GaugeConfig): Each {
  const common = compileCommon('gauge', config)
  const valueFrom = within('each.gauge.valueFrom', () => compilePath(config.valueFrom))
  const gauge = new Gauge(common, valueFrom, config.nilIsZero ?? false, config.labelFromKey ?? '')
  return (object) => gauge.find(common.path.get(object))
}

class Gauge {
  readonly #common: Common
  readonly #valueFrom: ValuePath
  readonly #nilIsZero: boolean
  readonly #labelFromKey: string

  constructor(common: Common, valueFrom: ValuePath, nilIsZero: boolean, labelFromKey: string) {
    this.#common = common
    this.#valueFrom = valueFrom
    this.#nilIsZero = nilIsZero
    this.#labelFromKey = labelFromKey
  }

  /** One sample of a plain value, one of each item of a list or field of an object. */
  find(value: unknown): EachValues {
    const found = new Found()
    if (Array.isArray(value)) for (const [i, item] of value.entries()) this.#add(found, item, `[${i}]: `)
    else if (isRecord(value)) for (const [key, item] of Object.entries(value)) this.#addField(found, value, key, item)
    else this.#add(found, value, '')
    return found
  }

  #add(found: Found, item: unknown, place: string): void {
    const value = this.#valueOf(item, found, place)
    if (value === undefined) return
    const labels = new Map<string, string>()
    addPathLabels(item, this.#common.labels, labels)
    found.values.push({ value, labels })
  }

  #addField(found: Found, object: unknown, key: string, item: unknown): void {
    const value = this.#fieldValue(found, key, item)
    if (value === undefined) return
    const labels = new Map<string, string>()
    if (key !== '' && this.#labelFromKey !== '') labels.set(this.#labelFromKey, key)
    addPathLabels(item, this.#common.labels, labels)
    // Paths may also lead from the object that holds the field.
    addPathLabels(object, this.#common.labels, labels)
    found.values.push({ value, labels })
  }

  /** `valueFrom` of one part may name the field itself. */
  #fieldValue(found: Found, key: string, item: unknown): number | undefined {
    const { parts } = this.#valueFrom
    if (parts.length !== 1 || parts[0] !== key || key === '') return this.#fieldOrNothing(item)
    const number = toNumber(item, this.#nilIsZero)
    if ('value' in number) return number.value
    found.errors.push(`${this.#common.path.text}: [${key}]: ${number.error}`)
    return undefined
  }

  /** Fields that give no number are passed over in silence: most objects have some. */
  #fieldOrNothing(item: unknown): number | undefined {
    return this.#valueOf(item, new Found(), '')
  }

  #valueOf(item: unknown, found: Found, place: string): number | undefined {
    const got = this.#valueFrom.get(item)
    if (got === undefined) {
      if (this.#nilIsZero) return 0
      if (item === undefined || item === null)
        found.errors.push(`${this.#common.path.text}: ${place}got nil while resolving path`)
      return undefined
    }
    const number = toNumber(got, this.#nilIsZero)
    if ('value' in number) return number.value
    found.errors.push(`${this.#common.path.text}: ${place}${this.#valueFrom.text}: ${number.error}`)
    return undefined
  }
}

function compileInfo(config: InfoConfig): Each {
  const { path, labels } = compileCommon('info', config)
  const labelFromKey = config.labelFromKey ?? ''
  return (object) => {
    const found = new Found()
    const value = path.get(object)
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) addInfo(found, item, labels)
    if (!isRecord(value)) return found
    if (found.values.some((info) => info.labels.has(labelFromKey))) found.errors.push(conflict(path, labelFromKey))
    for (const [key, item] of Object.entries(value)) addInfo(found, item, labels, labelFromKey, key)
    return found
  }
}

function addInfo(found: Found, item: unknown, paths: PathLabels, labelFromKey = '', key = ''): void {
  const labels = new Map<string, string>()
  if (key !== '' && labelFromKey !== '') labels.set(labelFromKey, key)
  if (item !== undefined && item !== null) addPathLabels(item, paths, labels)
  if (labels.size > 0) found.values.push({ value: 1, labels })
}

function conflict(path: ValuePath, label: string): string {
  return `${path.text}: labelFromKey (${label}) generated labels conflict with labelsFromPath, consider renaming it`
}

function compileStateSet(config: StateSetConfig): Each {
  const { path, labels } = compileCommon('stateSet', config)
  const valueFrom = within('each.stateSet.valueFrom', () => compilePath(config.valueFrom))
  const place = `[${[...path.parts, ...valueFrom.parts].join(',')}]`
  const list = config.list ?? []
  return (object) => {
    const found = new Found()
    const value = path.get(object)
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      const state = valueFrom.get(item)
      if (state === undefined) continue
      if (typeof state !== 'string') {
        found.errors.push(`${place}: expected value for path to be string, got ${typeName(state)}`)
        continue
      }
      for (const entry of list) {
        const entryLabels = new Map([[config.labelName ?? '', entry]])
        addPathLabels(item, labels, entryLabels)
        found.values.push({ value: state === entry ? 1 : 0, labels: entryLabels })
      }
    }
    return found
  }
}

/** The type of a value of JSON as Go calls it. */
function typeName(value: unknown): string {
  if (typeof value === 'number') return 'float64'
  if (typeof value === 'boolean') return 'bool'
  if (Array.isArray(value)) return '[]interface {}'
  return isRecord(value) ? 'map[string]interface {}' : goText(value)
}
