import type { BitReader } from './bit-reader.ts'

/**
 * The start timestamps of a chunk that may have them. A header byte says whether sample 0 has one (the high bit) and from which
 * sample on there is one each (the low seven; 0: none). Each is stored by how far it stands before the time of the sample before
 * its own, and from the second on by how that distance changed.
 */
export class StartTimes {
  startMs = 0
  #hasFirst = false
  #from = 0
  #distance = 0

  reset(header: number): void {
    this.startMs = 0
    this.#hasFirst = (header & 0x80) !== 0
    this.#from = header & 0x7f
    this.#distance = 0
  }

  /** Reads what stands after sample i; beforeMs is the time of the sample before it. */
  read(reader: BitReader, i: number, timeMs: number, beforeMs: number): void {
    if (i === 0) {
      if (this.#hasFirst) this.startMs = exact(reader, timeMs - reader.varint())
      return
    }
    if (this.#from === 0 || i < this.#from) return
    const change = reader.varbitInt()
    this.#distance = exact(reader, i === this.#from ? change : this.#distance + change)
    this.startMs = exact(reader, beforeMs - this.#distance)
  }
}

function exact(reader: BitReader, value: number): number {
  if (!Number.isSafeInteger(value)) reader.isExact = false
  return value
}
