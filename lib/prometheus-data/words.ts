const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/** Index of the low word of a float in a Uint32Array over it. */
export const LOW: number = LITTLE_ENDIAN ? 0 : 1
/** Index of the high word. */
export const HIGH: number = 1 - LOW

/** Zeros below the lowest one of a word that is not 0. */
export function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word)
}
