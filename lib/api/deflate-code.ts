import { bug } from '#lib/run'

/*
 * One fixed choice of Huffman codes for deflate (RFC 1951) that suits range answers: digits above all, some JSON, and matches
 * that reach back to the same place of the series before. They are declared at the head of a block like any other, so every
 * reader knows them.
 */

export const END_OF_BLOCK = 256
const LITERALS = 286
const DISTANCES = 30
const MAX_BITS = 15
export const MIN_MATCH = 3
/** The longest match that is written; a longer one is several. */
export const MAX_MATCH = 66
/** How far back a match may be. */
export const MAX_DISTANCE = 32_768

/** Code words as they are written, the first bit lowest, and how many bits each has; at most 16. */
export interface Code {
  readonly words: Uint16Array
  readonly bits: Uint8Array
}

/** How often a symbol is met, in no unit. */
function literalWeights(): Float64Array {
  const weights = new Float64Array(LITERALS).fill(0.06)
  const put = (text: string, weight: number) => {
    for (const letter of text) weights[letter.charCodeAt(0)] = weight
  }
  put('abcdefghijklmnopqrstuvwxyz"_', 1)
  put('ABCDEFGHIJKLMNOPQRSTUVWXYZ-:/{}[],', 0.4)
  put('456789', 64)
  put('0123', 96)
  put('.', 32)
  weights.fill(1, 257, 265)
  weights.fill(8, 265, 268)
  // 17 or 18 bytes: how a point begins.
  weights[268] = 48
  weights.fill(0.5, 269, 277)
  return weights
}

/** Most reach back to the series before, or to the point before. */
function distanceWeights(): Float64Array {
  const weights = new Float64Array(DISTANCES).fill(1)
  weights.fill(4, 8, 12)
  weights.fill(12, 26, 30)
  return weights
}

export const literalCode = codeOf(bitsOf(literalWeights()))
export const distanceCode = codeOf(bitsOf(distanceWeights()))

/** By the length of a match: its code word with the extra bits behind it. */
export const lengthCode: Code = { words: new Uint16Array(MAX_MATCH + 1), bits: new Uint8Array(MAX_MATCH + 1) }
for (let symbol = 257, length = MIN_MATCH; length <= MAX_MATCH; symbol++) {
  const extra = symbol < 265 ? 0 : (symbol - 261) >> 2
  for (let i = 0; i < 1 << extra; i++, length++) {
    lengthCode.words[length] = literalCode.words[symbol] | (i << literalCode.bits[symbol])
    lengthCode.bits[length] = literalCode.bits[symbol] + extra
  }
}

/** By two bytes, the first lower: both code words in the lower half, how many bits they have in the upper; 0 where 16 do not hold them. */
export const pairCode: Uint32Array = new Uint32Array(1 << 16)
for (let first = 0; first < 256; first++) {
  for (let second = 0; second < 256; second++) {
    const bits = literalCode.bits[first] + literalCode.bits[second]
    if (bits > 16) continue
    const word = literalCode.words[first] | (literalCode.words[second] << literalCode.bits[first])
    pairCode[first | (second << 8)] = word | (bits << 16)
  }
}

/** The block's head as numbers and how many bits each has: not the last block, codes of its own, how long each code word is. */
export function blockHead(): (readonly [value: number, bits: number])[] {
  const head: (readonly [number, number])[] = [
    [0, 1],
    [2, 2],
    [LITERALS - 257, 5],
    [DISTANCES - 1, 5],
    [19 - 4, 4],
  ]
  // Lengths 0 … 15 in four bits each; the three symbols for runs, which come first, are not used.
  for (let i = 0; i < 19; i++) head.push([i < 3 ? 0 : 4, 3])
  for (const length of [...literalCode.bits, ...distanceCode.bits]) head.push([reversed(length, 4), 4])
  return head
}

/** How many bits each symbol's code word has (Huffman, 1952). */
function bitsOf(weights: Float64Array): Uint8Array {
  const bits = new Uint8Array(weights.length)
  const groups = Array.from(weights, (weight, symbol) => ({ weight, symbols: [symbol] }))
  while (groups.length > 1) {
    groups.sort((a, b) => b.weight - a.weight)
    const [one, other] = groups.splice(-2)
    const symbols = [...one.symbols, ...other.symbols]
    for (const symbol of symbols) bits[symbol]++
    groups.push({ weight: one.weight + other.weight, symbols })
  }
  if (Math.max(...bits) > MAX_BITS) bug('a code word is too long for deflate')
  return bits
}

/** Code words in the order that RFC 1951, 3.2.2 fixes. */
function codeOf(bits: Uint8Array): Code {
  const words = new Uint16Array(bits.length)
  let next = 0
  for (let length = 1; length <= MAX_BITS; length++) {
    for (let symbol = 0; symbol < bits.length; symbol++)
      if (bits[symbol] === length) words[symbol] = reversed(next++, length)
    next <<= 1
  }
  return { words, bits }
}

function reversed(word: number, bits: number): number {
  let result = 0
  for (let i = 0; i < bits; i++) result |= ((word >>> i) & 1) << (bits - 1 - i)
  return result
}
