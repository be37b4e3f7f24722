import { compareUtf8 } from '#lib/bytes'

/** The label that holds a metric's name. */
export const METRIC_NAME = '__name__'

/** Between the parts of a key: half a surrogate pair, which no text that was UTF-8 holds. */
export const KEY_SEPARATOR = '\ud800'

/**
 * A label set: names in UTF-8 order, no empty value (an empty value means that the label is absent).
 * Immutable; two sets are equal when their keys are.
 */
export class Labels {
  /** name, value, name, value … */
  readonly pairs: readonly string[]
  #key: string | undefined

  private constructor(pairs: readonly string[]) {
    this.pairs = pairs
    this.#key = undefined
  }

  static readonly empty: Labels = new Labels([])

  static from(source: Record<string, string> | Iterable<readonly [string, string]>): Labels {
    const entries = Symbol.iterator in source ? [...source] : Object.entries(source)
    const kept = entries.filter(([, value]) => value !== '').sort((a, b) => compareUtf8(a[0], b[0]))
    return kept.length === 0 ? Labels.empty : new Labels(kept.flat())
  }

  /** From pairs that are known to be in order, without empty values; the array must not change afterwards. */
  static fromSorted(pairs: readonly string[]): Labels {
    return pairs.length === 0 ? Labels.empty : new Labels(pairs)
  }

  get size(): number {
    return this.pairs.length / 2
  }

  /** A string that is equal for equal sets. */
  get key(): string {
    return (this.#key ??= this.pairs.join(KEY_SEPARATOR))
  }

  /** The value, or '' when the label is absent. */
  get(name: string): string {
    const pairs = this.pairs
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1]
    return ''
  }

  has(name: string): boolean {
    return this.get(name) !== ''
  }

  equals(other: Labels): boolean {
    return this === other || this.key === other.key
  }

  /** With some labels set; an empty value removes one. */
  with(changes: Record<string, string>): Labels {
    const map = new Map(this)
    for (const [name, value] of Object.entries(changes)) map.set(name, value)
    return Labels.from(map)
  }

  /** The labels whose name passes. */
  filter(keep: (name: string) => boolean): Labels {
    const pairs: string[] = []
    for (let i = 0; i < this.pairs.length; i += 2) {
      if (keep(this.pairs[i])) pairs.push(this.pairs[i], this.pairs[i + 1])
    }
    return pairs.length === this.pairs.length ? this : Labels.fromSorted(pairs)
  }

  without(...names: string[]): Labels {
    return this.filter((name) => !names.includes(name))
  }

  *[Symbol.iterator](): Iterator<[string, string]> {
    for (let i = 0; i < this.pairs.length; i += 2) yield [this.pairs[i], this.pairs[i + 1]]
  }

  toJSON(): Record<string, string> {
    return Object.fromEntries(this)
  }
}

/** Orders label sets as Prometheus does: name by name, then value, by UTF-8 bytes; a prefix comes first. */
export function compareLabels(a: Labels, b: Labels): number {
  const n = Math.min(a.pairs.length, b.pairs.length)
  for (let i = 0; i < n; i++) {
    if (a.pairs[i] !== b.pairs[i]) return compareUtf8(a.pairs[i], b.pairs[i])
  }
  return a.pairs.length - b.pairs.length
}
