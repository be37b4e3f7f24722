/** Fields of parsed JSON that may be missing or of another type than expected: then they read as empty. */
export type Fields = Readonly<Record<string, unknown>>

const none: Fields = Object.freeze({})

/** An object's fields; of what is no object: none. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : none
}

/** The field at the end of a path. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value
  for (const name of path) found = fields(found)[name]
  return found
}

/** The fields of each item of an array. */
export function items(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields) : []
}

/** A text, or ''. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A finite number, or what stands for it when it is missing. */
export function number(value: unknown, missing = 0): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : missing
}

/** Milliseconds of a time as Kubernetes writes it; 0 when there is none. */
export function time(value: unknown): number {
  const ms = typeof value === 'string' ? Date.parse(value) : 0
  return Number.isFinite(ms) ? ms : 0
}
