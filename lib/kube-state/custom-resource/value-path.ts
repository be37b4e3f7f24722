import { compareUtf8 } from '#lib/bytes'
import { sanitizeLabelName } from '../label-rules.ts'
import { goText, isRecord } from './go-text.ts'
import { toNumber } from './to-number.ts'

/** A way into an object: `[status, conditions, "[type=Ready]", status]`. */
export interface ValuePath {
  /** What is there; undefined where the way ends before. */
  get(value: unknown): unknown
  /** As errors show it: `[status,conditions,[type=Ready],status]`. */
  readonly text: string
  readonly parts: readonly string[]
}

type Step = (value: unknown) => unknown

/** Throws where a part is not understood. */
export function compilePath(parts: readonly string[] = []): ValuePath {
  const steps = parts.map((part) => compileStep(part))
  return {
    get: (value) => {
      let found = value
      for (const step of steps) {
        if (found === undefined || found === null) return undefined
        found = step(found)
      }
      return found ?? undefined
    },
    text: `[${parts.join(',')}]`,
    parts,
  }
}

function compileStep(part: string): Step {
  if (!part.startsWith('[') || !part.endsWith(']')) return fieldStep(part)
  const lookup = part.slice(1, -1)
  const at = lookup.indexOf('=')
  if (at === -1) throw new Error(`invalid list lookup: ${part}`)
  return lookupStep(lookup.slice(0, at), lookup.slice(at + 1))
}

/** The first object of a list whose field has this value. */
function lookupStep(key: string, wanted: string): Step {
  const number = toNumber(wanted)
  const flag = booleans.get(wanted)
  return (list) => {
    if (!Array.isArray(list)) return undefined
    return (list as unknown[]).find((item) => {
      if (!isRecord(item) || !Object.hasOwn(item, key)) return false
      const candidate = item[key]
      if (candidate === wanted) return true
      if ('value' in number) {
        const other = toNumber(candidate)
        if ('value' in other && other.value === number.value) return true
      }
      return flag !== undefined && candidate === flag
    })
  }
}

/** As Go's strconv.ParseBool. */
const booleans = new Map<string, boolean>([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
])

/** A field of an object, the item of a list (from its end where negative), or `key=value`: the value, if it is that. */
function fieldStep(part: string): Step {
  const [key, wanted, ...more] = part.split('=')
  const isTest = wanted !== undefined && more.length === 0
  const index = /^[+-]?\d+$/.test(part) ? Number(part) : undefined
  return (value) => {
    if (Array.isArray(value)) return index === undefined ? undefined : (value as unknown[]).at(index)
    if (!isRecord(value)) return undefined
    if (isTest && Object.hasOwn(value, key) && value[key] === wanted) return wanted
    return Object.hasOwn(value, part) ? value[part] : undefined
  }
}

/** Labels by the paths of their values; a name with a `*` at its start or end stands for all fields of an object. */
export type PathLabels = ReadonlyMap<string, ValuePath>

export function compilePaths(paths: Readonly<Record<string, readonly string[]>> = {}): PathLabels {
  const compiled = new Map<string, ValuePath>()
  for (const [name, parts] of Object.entries(paths)) {
    try {
      compiled.set(name, compilePath(parts))
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`, { cause: error })
    }
  }
  return compiled
}

/** Adds the labels whose paths lead somewhere; single fields win over whole objects. */
export function addPathLabels(value: unknown, paths: PathLabels, labels: Map<string, string>): void {
  const names = [...paths.keys()]
  for (const name of names.filter(isStar).sort(compareUtf8)) addFields(name, paths.get(name)?.get(value), labels)
  for (const name of names) {
    if (isStar(name)) continue
    const found = paths.get(name)?.get(value)
    if (found !== undefined) labels.set(sanitizeLabelName(name), goText(found))
  }
}

function isStar(name: string): boolean {
  return name.startsWith('*') || name.endsWith('*')
}

function addFields(name: string, object: unknown, labels: Map<string, string>): void {
  if (!isRecord(object)) return
  const prefix = name.endsWith('*') ? name.slice(0, -1) : ''
  for (const [key, value] of Object.entries(object)) labels.set(sanitizeLabelName(prefix + key), goText(value))
}
