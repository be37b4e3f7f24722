/** High and low word of the stale marker: a signalling NaN that says that a series ended here (Prometheus' value.StaleNaN). */
export const STALE_HIGH = 0x7ff00000
export const STALE_LOW = 0x00000002

const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1
const LOW = LITTLE_ENDIAN ? 0 : 1
const HIGH = LITTLE_ENDIAN ? 1 : 0

/** A view of a float column on its bits. Arithmetic, `Math.max` and structured clone change a NaN's bits: test them here. */
export function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
}

/** Whether element i of the column whose words these are is the stale marker. */
export function isStaleAt(words: Uint32Array, i: number): boolean {
  return words[2 * i + LOW] === STALE_LOW && words[2 * i + HIGH] === STALE_HIGH
}

/** Writes the stale marker as element i. */
export function setStaleAt(words: Uint32Array, i: number): void {
  words[2 * i + LOW] = STALE_LOW
  words[2 * i + HIGH] = STALE_HIGH
}
