/**
 * Reads the wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding) without a library: one
 * object for a body, no slice and no string per field. Nothing throws: after a mistake `err` is set, `next` is false and
 * numbers are 0.
 */
export class WireReader {
  readonly bytes: Buffer
  readonly #view: DataView
  pos: number
  /** Where the message ends that is being read. */
  end: number
  /** Number and wire type of the field that `next` moved to; its value stands at `pos`. */
  field: number
  wire: number
  /** The halves of the last varint. */
  low: number
  high: number
  /** `byte 17: …`, or empty. */
  err: string

  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.pos = 0
    this.end = bytes.length
    this.field = 0
    this.wire = 0
    this.low = 0
    this.high = 0
    this.err = ''
  }

  /** Reads another message of the same bytes. */
  open(from: number, to: number): void {
    this.pos = from
    this.end = to
  }

  /** Moves to the next field of the message; false at its end. */
  next(): boolean {
    if (this.err !== '' || this.pos >= this.end) return false
    const at = this.pos
    const tag = this.varint()
    if (this.err !== '') return false
    this.field = Math.floor(tag / 8)
    this.wire = this.low & 7
    if (this.field === 0 || tag >= 2 ** 32) return this.fail(at, `there is no field ${this.field}`)
    return true
  }

  /** Begins the message that is the field's value; the end of the one around it, for `leave`. */
  enter(): number {
    const outer = this.end
    if (!this.#is(2, 'a message')) return outer
    const length = this.varint()
    if (length > this.end - this.pos) this.fail(this.pos, `${length} bytes announced, ${this.end - this.pos} are there`)
    else this.end = this.pos + length
    return outer
  }

  /** Goes on behind the message that was entered. */
  leave(outer: number): void {
    if (this.err !== '') return
    this.pos = this.end
    this.end = outer
  }

  /** An unsigned number; above 2^53 only `low` and `high` have it exactly. */
  uint64(): number {
    return this.#is(0, 'a number') ? this.varint() : 0
  }

  int64(): number {
    if (!this.#is(0, 'a number')) return 0
    this.varint()
    return (this.high | 0) * 2 ** 32 + this.low
  }

  sint32(): number {
    if (!this.#is(0, 'a number')) return 0
    this.varint()
    return (this.low >>> 1) ^ -(this.low & 1)
  }

  double(): number {
    if (!this.#is(1, 'a double')) return 0
    return this.fixed64()
  }

  /** Eight bytes as a double, without a look at the wire type: an element of a packed list. */
  fixed64(): number {
    if (this.end - this.pos < 8) {
      this.fail(this.pos, 'the message ends within a double')
      return 0
    }
    const value = this.#view.getFloat64(this.pos, true)
    this.pos += 8
    return value
  }

  /** A varint, without a look at the wire type. */
  varint(): number {
    const { bytes, end } = this
    let pos = this.pos
    const first = pos < end ? bytes[pos] : 0x80
    if (first < 0x80) {
      this.pos = pos + 1
      this.low = first
      this.high = 0
      return first
    }
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70 && pos < end; shift += 7) {
      const byte = bytes[pos++]
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift > 28) high |= bits << (shift - 32)
      else {
        low |= bits << 28
        high = bits >>> 4
      }
      if (byte >= 0x80) continue
      this.pos = pos
      this.low = low >>> 0
      this.high = high >>> 0
      return this.high * 2 ** 32 + this.low
    }
    this.fail(this.pos, pos < end ? 'a number longer than 64 bits' : 'the message ends within a number')
    this.low = 0
    this.high = 0
    return 0
  }

  /** Passes over the value of a field that is not known; a group with all that is in it. */
  skip(): void {
    let depth = 0
    do {
      if (this.wire === 3) depth++
      else if (this.wire === 4) depth--
      else this.#skipValue()
      if (depth < 0) this.fail(this.pos, 'the end of a group that was not begun')
    } while (this.err === '' && depth > 0 && this.#nextInGroup())
  }

  #nextInGroup(): boolean {
    return this.next() || (this.err === '' && this.fail(this.pos, 'the message ends within a group'))
  }

  #skipValue(): void {
    if (this.wire === 0) this.varint()
    else if (this.wire === 1) this.#pass(8)
    else if (this.wire === 2) this.#pass(this.varint())
    else if (this.wire === 5) this.#pass(4)
    else this.fail(this.pos, `there is no wire type ${this.wire}`)
  }

  #pass(length: number): void {
    if (length > this.end - this.pos) this.fail(this.pos, 'the message ends within a field')
    else this.pos += length
  }

  #is(wire: number, what: string): boolean {
    return (
      this.wire === wire || this.fail(this.pos, `field ${this.field} is not ${what}, its wire type is ${this.wire}`)
    )
  }

  fail(at: number, what: string): false {
    if (this.err === '') this.err = `byte ${at}: ${what}`
    return false
  }
}
