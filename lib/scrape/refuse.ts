import * as v from 'valibot'

/** A field that Prometheus knows and we do not act on: it is refused, never ignored in silence. */
export function notYet(field: string): v.OptionalSchema<v.GenericSchema<undefined>, undefined> {
  const text = `${field} is known from Prometheus but not supported yet: remove it`
  return v.optional(v.undefined_(text) as v.GenericSchema<undefined>, undefined)
}

/** A switch that may only stand at its default. */
export function only<const T extends string | number | boolean>(
  field: string,
  value: T,
): v.OptionalSchema<v.GenericSchema<T>, T> {
  const text = `${field} is not supported yet except as ${JSON.stringify(value)}`
  return v.optional(v.literal(value, text) as v.GenericSchema<T>, value)
}
