import { parseFloat64 } from '#lib/model'
import type { Family, LineWriter } from '../family.ts'
import { count, stringMap, text } from './fields.ts'
import type { Stored } from './object.ts'
import { timeOf } from './times.ts'

/** Makes a family of gauges of one stability. */
export type MakeFamily = <T>(name: string, help: string, lines: (object: T, out: LineWriter) => void) => Family<T>

/** A stable family. */
export const stable: MakeFamily = (name, help, lines) => ({ name, help, type: 'gauge', stability: 'STABLE', lines })

/** An experimental family. */
export const alpha: MakeFamily = (name, help, lines) => ({ name, help, type: 'gauge', stability: 'ALPHA', lines })

/** The family, as one of counters. */
export function counter<T>(family: Family<T>): Family<T> {
  return { ...family, type: 'counter' }
}

/** The family, written only where an option names it. */
export function optIn<T>(family: Family<T>): Family<T> {
  return { ...family, optIn: true }
}

/** The family, deprecated since a version. */
export function deprecated<T>(deprecatedSince: string, family: Family<T>): Family<T> {
  return { ...family, deprecatedSince }
}

/** One line that is always there and always 1. */
export function info(make: MakeFamily, name: string, help: string): Family<unknown> {
  return make(name, help, (_, out) => out.value(1))
}

/** One line with a number, 0 where the field is absent. */
export function number<T>(make: MakeFamily, name: string, help: string, get: (object: T) => unknown): Family<T> {
  return make(name, help, (object, out) => out.value(count(get(object))))
}

/** One line with a number, none where the field is absent. */
export function optionalNumber<T>(
  make: MakeFamily,
  name: string,
  help: string,
  get: (object: T) => unknown,
): Family<T> {
  return make(name, help, (object, out) => {
    const value = get(object)
    if (typeof value === 'number') out.value(value)
  })
}

/** When the object was made. */
export function created(make: MakeFamily, name: string, help = 'Unix creation timestamp'): Family<Stored> {
  return make(name, help, ({ metadata }, out) => timeLine(metadata?.creationTimestamp, out))
}

/** When its deletion was asked for. */
export function deleted(make: MakeFamily, name: string): Family<Stored> {
  return make(name, 'Unix deletion timestamp', ({ metadata }, out) => timeLine(metadata?.deletionTimestamp, out))
}

/** One line with a time, none where it is not set. */
export function timeLine(value: unknown, out: LineWriter): void {
  const seconds = timeOf(value)
  if (seconds !== undefined) out.value(seconds)
}

/** The labels that the operator allows. */
export function labels(make: MakeFamily, name: string): Family<Stored> {
  return make(name, 'Kubernetes labels converted to Prometheus labels.', ({ metadata }, out) =>
    out.allowedLabels(stringMap(metadata?.labels)),
  )
}

/** The annotations that the operator allows. */
export function annotations(make: MakeFamily, name: string): Family<Stored> {
  return make(name, 'Kubernetes annotations converted to Prometheus labels.', ({ metadata }, out) =>
    out.allowedAnnotations(stringMap(metadata?.annotations)),
  )
}

/** The resource version as a number, no line where it is none. */
export function resourceVersion(name: string, help: string, make: MakeFamily = alpha): Family<Stored> {
  return make(name, help, ({ metadata }, out) => {
    const version = numberOf(text(metadata?.resourceVersion))
    if (version !== undefined) out.value(version)
  })
}

const DIGITS = /^\d+$/

/** API servers of Kubernetes write digits; others may write anything, which is read as Go reads it. */
function numberOf(version: string): number | undefined {
  if (DIGITS.test(version)) return Number(version)
  try {
    return parseFloat64(version)
  } catch {
    return undefined // not a number: there is no line
  }
}
