import { compareUtf8 } from '#lib/bytes'
import { Labels } from '#lib/model'

/** Labels by name. */
export type LabelRecord = Readonly<Record<string, string>>

/**
 * The labels that rules read and change. They are copied at the first change; most rules change nothing.
 * An empty value means that the label is absent.
 */
export class LabelSet {
  readonly #base: Labels | LabelRecord
  #map: Map<string, string> | undefined
  /** Labels that a rule has set, in the order in which they were first set. */
  #added: Set<string> | undefined

  constructor(base: Labels | LabelRecord) {
    this.#base = base
    this.#map = undefined
    this.#added = undefined
  }

  get(name: string): string {
    if (this.#map) return this.#map.get(name) ?? ''
    if (this.#base instanceof Labels) return this.#base.get(name)
    return Object.hasOwn(this.#base, name) ? this.#base[name] : ''
  }

  set(name: string, value: string): void {
    if (value === '') return this.delete(name)
    this.#added ??= new Set()
    this.#added.add(name)
    if (this.get(name) !== value) this.#own().set(name, value)
  }

  delete(name: string): void {
    this.#added?.delete(name)
    if (this.get(name) !== '') this.#own().delete(name)
  }

  /** The names as they are now; a later change does not show in them. */
  names(): string[] {
    if (this.#map) return [...this.#map.keys()]
    if (!(this.#base instanceof Labels)) return Object.keys(this.#base).filter((name) => this.get(name) !== '')
    const { pairs } = this.#base
    const names: string[] = []
    for (let i = 0; i < pairs.length; i += 2) names.push(pairs[i])
    return names
  }

  /** In the order in which Prometheus goes over them: what was there from the start by name, then what rules have set. */
  orderedNames(): string[] {
    const added = this.#added ?? new Set<string>()
    const base = this.names().filter((name) => !added.has(name))
    return [...base.sort(compareUtf8), ...added]
  }

  /** What was given, where nothing changed. */
  toLabels(): Labels {
    if (this.#map) return Labels.from(this.#map)
    return this.#base instanceof Labels ? this.#base : Labels.from(this.#base)
  }

  /** Without labels that are absent. */
  toRecord(): LabelRecord {
    if (this.#map) return Object.fromEntries(this.#map)
    if (this.#base instanceof Labels) return this.#base.toJSON()
    return Object.fromEntries(Object.entries(this.#base).filter(([, value]) => value !== ''))
  }

  #own(): Map<string, string> {
    if (this.#map) return this.#map
    const entries = this.#base instanceof Labels ? this.#base : Object.entries(this.#base)
    this.#map = new Map(entries)
    if (!(this.#base instanceof Labels)) for (const [name, value] of this.#map) if (value === '') this.#map.delete(name)
    return this.#map
  }
}
