import { own, type Json } from './read.ts'
import { reason, type Reason } from './reason.ts'

/** How much an object of a stranger may bring. */
export const specLimits = {
  textLength: 4096,
  /** Elements of a list, fields of a map. */
  items: 256,
  endpoints: 64,
} as const

/** Reads fields of an object that anyone may have written; what is wrong with them becomes a reason, never a throw. */
export class SpecReader {
  readonly json: Json
  readonly path: string
  readonly problems: Reason[]

  constructor(json: Json, path = '', problems: Reason[] = []) {
    this.json = json
    this.path = path
    this.problems = problems
  }

  has(name: string): boolean {
    const value = own(this.json, name)
    return value !== undefined && value !== null
  }

  text(name: string): string {
    const value = own(this.json, name)
    if (value === undefined || value === null) return ''
    if (typeof value !== 'string') return this.wrong(name, 'a text', '')
    if (value.length > specLimits.textLength) return this.tooLarge(name, specLimits.textLength, '')
    return value
  }

  boolean(name: string): boolean | undefined {
    const value = own(this.json, name)
    if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined
    return this.wrong(name, 'true or false', undefined)
  }

  /** A whole number that is not negative. */
  count(name: string): number | undefined {
    const value = own(this.json, name)
    if (value === undefined || value === null) return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
    return this.wrong(name, 'a whole number', undefined)
  }

  /** A text, or a number as text, as `targetPort` may be. */
  textOrNumber(name: string): string {
    const value = own(this.json, name)
    return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : this.text(name)
  }

  texts(name: string): string[] {
    const list = this.list(name)
    if (!list.every((item) => typeof item === 'string')) return this.wrong(name, 'a list of texts', [])
    const isLong = list.some((item) => item.length > specLimits.textLength)
    return isLong ? this.tooLarge(name, specLimits.textLength, []) : list
  }

  textMap(name: string): [name: string, value: string][] {
    const entries = this.entries(name)
    const found: [string, string][] = []
    for (const [key, value] of entries) {
      if (typeof value !== 'string') return this.wrong(`${name}.${key.slice(0, 64)}`, 'a text', [])
      if (key.length + value.length > specLimits.textLength) return this.tooLarge(name, specLimits.textLength, [])
      found.push([key, value])
    }
    return found
  }

  entries(name: string): [name: string, value: unknown][] {
    const object = this.object(name)
    const entries = object ? Object.entries(object.json) : []
    return entries.length > specLimits.items ? this.tooLarge(name, specLimits.items, []) : entries
  }

  /** A reader of an inner object; undefined where there is none. */
  object(name: string): SpecReader | undefined {
    const value = own(this.json, name)
    if (value === undefined || value === null) return undefined
    if (typeof value === 'object' && !Array.isArray(value)) return this.inner(value as Json, name)
    return this.wrong(name, 'an object', undefined)
  }

  objects(name: string, limit: number = specLimits.items): SpecReader[] {
    const list = this.list(name, limit)
    const isRight = list.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))
    if (!isRight) return this.wrong(name, 'a list of objects', [])
    return list.map((item, i) => this.inner(item as Json, `${name}[${i}]`))
  }

  problem(id: Reason['id'], name: string, facts: Reason['facts'] = {}, nearest: Reason['nearest'] = []): void {
    this.problems.push(reason(id, { field: this.at(name), ...facts }, nearest))
  }

  /** Where a field stands. */
  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }

  private list(name: string, limit: number = specLimits.items): unknown[] {
    const value = own(this.json, name)
    if (value === undefined || value === null) return []
    if (!Array.isArray(value)) return this.wrong(name, 'a list', [])
    return value.length > limit ? this.tooLarge(name, limit, []) : value
  }

  private inner(json: Json, name: string): SpecReader {
    return new SpecReader(json, this.at(name), this.problems)
  }

  private wrong<T>(name: string, expected: string, otherwise: T): T {
    this.problem('malformed', name, { expected })
    return otherwise
  }

  private tooLarge<T>(name: string, limit: number, otherwise: T): T {
    this.problem('too-large', name, { limit })
    return otherwise
  }
}
