/** Turns the labels and annotations that an operator allowed into labels of Prometheus. Source: kube-state-metrics 2.20. */
import { compareUtf8 } from '#lib/bytes'

type StringMap = Readonly<Record<string, string>>

/** Label names and values of equal length, sorted by their Kubernetes key. */
export interface LabelColumns {
  readonly names: readonly string[]
  readonly values: readonly string[]
}

const WILDCARD = '*'

/** How often `*` may stand in one pattern of an allow list. */
export const MAX_WILDCARDS = 1

/** All entries of a map as labels, with names that Prometheus takes and that differ from each other. */
export function toPrometheusLabels(prefix: string, map: StringMap): LabelColumns {
  const columns = new Columns(prefix)
  for (const key of Object.keys(map).sort(compareUtf8)) columns.add(key, map[key])
  return columns
}

/** The same of those entries that the list names or a pattern of it matches. */
export function allowedLabels(prefix: string, map: StringMap | undefined, allowList: readonly string[]): LabelColumns {
  const source = map ?? {}
  if (allowList[0] === WILDCARD) return toPrometheusLabels(prefix, source)
  // Without a prototype: a label may be called constructor.
  const allowed = Object.create(null) as Record<string, string>
  for (const entry of allowList) {
    if (entry === WILDCARD) continue
    if (!entry.includes(WILDCARD)) {
      if (Object.hasOwn(source, entry)) allowed[entry] = source[entry]
      continue
    }
    const pattern = compilePattern(entry)
    if (pattern) for (const key of Object.keys(source)) if (pattern.test(key)) allowed[key] = source[key]
  }
  return toPrometheusLabels(prefix, allowed)
}

class Columns implements LabelColumns {
  readonly names: string[] = []
  readonly values: string[] = []
  readonly #prefix: string
  /** Where each name stands in `names`. */
  readonly #used = new Map<string, number>()
  /** How many suffixes each conflicting name has used up. */
  readonly #conflicts = new Map<string, number>()

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  add(key: string, value: string): void {
    const name = this.#freeName(`${this.#prefix}_${snakeCase(sanitizeLabelName(key))}`)
    this.#used.set(name, this.names.length)
    this.names.push(name)
    this.values.push(value)
  }

  #freeName(base: string): string {
    if (this.#conflicts.has(base)) return this.#nextSuffix(base)
    const first = this.#used.get(base)
    if (first === undefined) return base
    // The first of the name came without a suffix and gets one now.
    const renamed = this.#nextSuffix(base)
    this.#used.delete(base)
    this.#used.set(renamed, first)
    this.names[first] = renamed
    return this.#nextSuffix(base)
  }

  #nextSuffix(base: string): string {
    for (let count = (this.#conflicts.get(base) ?? 0) + 1; ; count++) {
      const name = `${base}_conflict${count}`
      if (this.#used.has(name)) continue
      this.#conflicts.set(base, count)
      return name
    }
  }
}

/** Every character that a label name cannot hold becomes `_`. */
export function sanitizeLabelName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/gu, '_')
}

function snakeCase(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
}

/** A pattern as a regular expression: so many `*` match anything, and what follows the last of them is left out. */
export function expandWildcard(pattern: string, limit: number): string {
  let source = ''
  for (const [i, literal] of pattern.split(WILDCARD).entries()) {
    source += (i > 0 ? '.*' : '') + quoteMeta(literal)
    if (i >= limit) break
  }
  return `^${source}$`
}

/** As Go's regexp.QuoteMeta. */
function quoteMeta(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&')
}

const patterns = new Map<string, RegExp | undefined>()

/** The expression of one entry of an allow list; undefined where it has too many wildcards, which allow nothing. */
function compilePattern(entry: string): RegExp | undefined {
  if (!patterns.has(entry)) {
    const isUsable = entry.split(WILDCARD).length - 1 <= MAX_WILDCARDS
    patterns.set(entry, isUsable ? new RegExp(expandWildcard(entry, MAX_WILDCARDS)) : undefined)
  }
  return patterns.get(entry)
}
