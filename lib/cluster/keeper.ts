import { type Fields, fields, text } from './fields.ts'

/** The most distinct values that are shared at a time. */
const GENERATION = 8_000
/** V8 never slices what is shorter: it is a copy already. */
const SHORTEST_SLICE = 13
/** The longest message that is kept. */
export const MESSAGE_LENGTH = 1000

/**
 * Keeps what records are made of small: long texts are copied, because a slice keeps the whole text alive that it was cut
 * from; equal names and equal small objects (labels, requests, ports) become one. What has not been asked for in two
 * generations is no longer shared, so the tables stay bounded.
 */
export class Keeper {
  #young = new Map<string, unknown>()
  #old = new Map<string, unknown>()

  /** A text of its own, which few others are equal to: uids, addresses. */
  text(value: unknown): string {
    return copied(text(value))
  }

  /** A text that many records have: names of nodes, images, reasons. */
  name(value: unknown): string {
    const name = text(value)
    return name === '' ? name : this.#share(name, () => copied(name))
  }

  /** A message, cut where it is too long. */
  message(value: unknown): string {
    const message = text(value)
    if (message.length <= MESSAGE_LENGTH) return this.name(message)
    return this.name(`${message.slice(0, MESSAGE_LENGTH - 1)}…`)
  }

  /** The one object of all that are equal to this. It is made of plain JSON whose texts are kept already. */
  shared<T extends object>(value: T): T {
    // A name never starts with this character, so the two kinds of key do not meet.
    return this.#share(`\u0000${JSON.stringify(value)}`, () => value)
  }

  /** A map of texts, such as labels. */
  texts(value: unknown): Readonly<Record<string, string>> {
    return this.shared(this.#texts(fields(value)))
  }

  /** A list of names. */
  names(value: unknown): readonly string[] {
    return this.shared(Array.isArray(value) ? value.map((item) => this.name(item)) : [])
  }

  #texts(value: Fields): Record<string, string> {
    const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    return Object.fromEntries(entries.map(([key, item]) => [this.name(key), this.name(item)]))
  }

  #share<T>(key: string, make: () => T): T {
    const young = this.#young.get(key)
    if (young !== undefined) return young as T
    const value = (this.#old.get(key) as T | undefined) ?? make()
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(typeof value === 'string' ? value : copied(key), value)
    return value
  }
}

/** The same text in memory of its own. Joining writes a new one where concatenating and slicing only refer. */
function copied(value: string): string {
  return value.length < SHORTEST_SLICE ? value : [value.slice(0, 1), value.slice(1)].join('')
}
