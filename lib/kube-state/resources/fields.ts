/**
 * Fields of parsed objects, read as Go reads them: what is absent, null or of another type is the zero value. Objects come
 * from an API server that has checked them, but nothing here may throw when one of another version has not.
 */

/** A string field, or ''. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A number field, or 0. */
export function count(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

/** A boolean as a sample: 1 or 0. */
export function bit(value: boolean | undefined): number {
  return value === true ? 1 : 0
}

/** A boolean as a label: `true` or `false`, '' where the field is absent. */
export function optionalFlag(value: unknown): string {
  return typeof value === 'boolean' ? String(value) : ''
}

/** An integer as a label, '' where the field is absent. */
export function optionalInteger(value: unknown): string {
  return typeof value === 'number' ? String(value) : ''
}

/** Whether a field is there: Go's pointer is not nil. */
export function isPresent<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null
}

const NONE: readonly never[] = []

/** The objects of a list. */
export function objects<T extends object>(list: readonly T[] | undefined): readonly T[] {
  if (!Array.isArray(list)) return NONE
  const items: readonly T[] = list
  for (let i = 0; i < items.length; i++) if (!isObject(items[i])) return items.filter(isObject)
  return items
}

/** The strings of a list. */
export function strings(list: readonly string[] | undefined): readonly string[] {
  if (!Array.isArray(list)) return NONE
  const items: readonly unknown[] = list
  return items.filter((item) => typeof item === 'string')
}

/** How many items a list has. */
export function lengthOf(list: readonly unknown[] | undefined): number {
  return Array.isArray(list) ? list.length : 0
}

const EMPTY: Readonly<Record<string, never>> = {}

/** A map of any values, whose keys can be walked. */
export function mapOf<T>(map: Readonly<Record<string, T>> | undefined): Readonly<Record<string, T>> {
  return isObject(map) ? map : EMPTY
}

/** The string that a map has for a key. */
export function entryOf(map: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  const value: unknown = mapOf(map)[key]
  return typeof value === 'string' ? value : undefined
}

/** A map of strings: labels, annotations, a node selector. */
export function stringMap(map: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  const values = mapOf(map)
  for (const key in values) {
    if (typeof values[key] !== 'string') return onlyStrings(values)
  }
  return values
}

function onlyStrings(map: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
