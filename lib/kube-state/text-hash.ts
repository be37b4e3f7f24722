/**
 * 64 bits of hash of a text, by which the store tells whether lines have changed without keeping them readable. Eight
 * bytes cost about 2 ns; every rendered line passes here.
 */
export class TextHash {
  low = 0
  high = 0
  #bytes = Buffer.from(new ArrayBuffer(16 * 1024))
  #words = new Int32Array(this.#bytes.buffer)

  /** Sets `low` and `high`: 0 for no text, never 0 for any other. */
  update(text: string): void {
    if (text === '') {
      this.low = 0
      this.high = 0
      return
    }
    this.#mix(this.#write(text), text.length)
  }

  /** The text in words, the last padded with zeros; how many. */
  #write(text: string): number {
    if (text.length * 3 + 4 > this.#bytes.length) this.#grow(text.length * 3 + 4)
    const length = this.#bytes.write(text, 0)
    for (let i = length; i < length + 3; i++) this.#bytes[i] = 0
    return (length + 3) >>> 2
  }

  #mix(words: number, seed: number): void {
    const source = this.#words
    let a = seed ^ 0x9e3779b9
    let b = seed ^ 0x7f4a7c15
    for (let i = 0; i < words; i++) {
      const word = source[i]
      a = Math.imul(a ^ word, 0x85ebca6b)
      a = (a << 13) | (a >>> 19)
      b = Math.imul(b + word, 0xc2b2ae35)
      b ^= b >>> 15
    }
    a = Math.imul(a ^ (a >>> 16), 0x7feb352d)
    this.low = (a ^ (a >>> 15)) >>> 0
    this.high = (b ^ (b >>> 13) ^ a) >>> 0 || 1
  }

  #grow(length: number): void {
    this.#bytes = Buffer.from(new ArrayBuffer(2 ** Math.ceil(Math.log2(length))))
    this.#words = new Int32Array(this.#bytes.buffer)
  }
}
