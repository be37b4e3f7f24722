/** Reads of JSON that nobody has checked: what is not of the expected kind is as if it were absent. */
export type Json = Readonly<Record<string, unknown>>

const nothing: Json = Object.freeze({})

/** The object, or an empty one. */
export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : nothing
}

/** The object, or undefined where there is none. */
export function objectAt(parent: Json, name: string): Json | undefined {
  const value = own(parent, name)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

/** The elements that are objects. */
export function objectsOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((item) => objectAt({ item }, 'item') !== undefined).map(objectOf) : []
}

/** The text, or an empty one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The elements that are texts. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** The whole number, or undefined. */
export function integerOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

/** A field of the object itself: names such as `constructor` are not inherited. */
export function own(parent: Json, name: string): unknown {
  return Object.hasOwn(parent, name) ? parent[name] : undefined
}

/** Names to texts; other values are left out. */
export function textMapOf(value: unknown): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, text] of Object.entries(objectOf(value))) if (typeof text === 'string') define(found, name, text)
  return found
}

/** Sets a field also when it is named `__proto__`. */
export function define<T>(target: Record<string, T>, name: string, value: T): void {
  if (name !== '__proto__') target[name] = value
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
}
