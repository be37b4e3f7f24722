import { CodecError } from '#lib/codec'
import { ByteCursor } from './byte-cursor.ts'

/**
 * The texts that names and values of labels are numbers of: of index version 1 by their place in the file, later by their place
 * in the list. Each is decoded when it is first asked for.
 */
export class IndexSymbols {
  readonly #bytes: Uint8Array
  readonly #offsets: Float64Array
  readonly #texts: (string | undefined)[]
  /** Version 1: number in the list by place in the file. */
  readonly #byPlace: Map<number, number> | undefined

  /** Of the section's content, which begins at `place` of the file; throws a CodecError. */
  constructor(bytes: Uint8Array, place: number, version: number) {
    const cursor = new ByteCursor(bytes)
    const count = cursor.word()
    if (count > cursor.left) throw new CodecError(`${count} symbols in ${cursor.left} bytes`)
    this.#bytes = bytes
    this.#offsets = new Float64Array(count)
    this.#texts = []
    this.#byPlace = version === 1 ? new Map() : undefined
    for (let i = 0; i < count; i++) {
      this.#offsets[i] = cursor.at
      this.#byPlace?.set(place + cursor.at, i)
      cursor.skip(cursor.uvarint())
    }
  }

  /** The text of a reference; throws a CodecError where there is none. */
  get(ref: number): string {
    const i = this.#byPlace ? (this.#byPlace.get(ref) ?? -1) : ref
    const text = this.#texts[i]
    if (text !== undefined) return text
    if (i < 0 || i >= this.#offsets.length) throw new CodecError(`there is no symbol ${ref}`)
    return (this.#texts[i] = new ByteCursor(this.#bytes, this.#offsets[i]).text())
  }
}
