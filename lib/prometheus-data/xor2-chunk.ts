import { CodecError } from '#lib/codec'
import { STALE_HIGH, STALE_LOW } from '#lib/model'
import { BitReader, MAX_EXACT } from './bit-reader.ts'
import type { SampleColumns } from './sample-columns.ts'
import { StartTimes } from './start-times.ts'
import { HIGH, LOW } from './words.ts'
import { XorState } from './xor-state.ts'

/*
 * Encoding 4, floats that may have start timestamps. `reference.ts` has the clear version.
 *
 *   samples u16   start header u8   time 0 varint   value 0 f64   [start]   time 1 - time 0 uvarint   value   [start]   { sample [start] } …
 *
 *   sample  0                    same delta, same value        110 and 13 bits    delta of delta, value
 *           10, then a window    same delta, other value       1110 and 20 bits   delta of delta, value
 *           11111                same delta, stale             11110 and 64 bits  delta of delta, value
 *   value   0 same   10 in the last window   110 in a new window   111 stale
 *   window  0 the last one   1 a new one
 *
 * A stale marker leaves the value that the next one is compared with as it was.
 */

const WIDTHS = [0, 0, 13, 20]

const reader = new BitReader()
const state = new XorState()
const starts = new StartTimes()
let isStale = false

/** Adds the samples of bytes[from, to); false, with none added, where a time needs more than a double holds. */
export function decodeXor2Chunk(bytes: Uint8Array, from: number, to: number, out: SampleColumns): boolean {
  reader.start(bytes, from, to)
  const count = reader.take(16)
  if (count > (to - from) * 8) throw new CodecError(`${count} samples in ${to - from} bytes`)
  if (count === 0) return true
  const first = out.count
  try {
    decode(count, out)
    if (!reader.isExact) out.count = first
    return reader.isExact
  } catch (error) {
    out.count = first
    throw error
  }
}

function decode(count: number, out: SampleColumns): void {
  out.reserve(count)
  starts.reset(reader.take(8))
  state.start(1)
  let time = 0
  let delta = 0
  for (let i = 0; i < count; i++) {
    const before = time
    isStale = false
    if (i === 0) {
      time = reader.varint()
      readFirst()
    } else {
      delta = i === 1 ? reader.uvarint() : delta + readSample()
      time += delta
      if (i === 1) readValue()
      if (time > MAX_EXACT || time < -MAX_EXACT || delta > MAX_EXACT || delta < -MAX_EXACT) reader.isExact = false
    }
    starts.read(reader, i, time, before)
    if (isStale) out.add(time, STALE_WORDS[0], STALE_WORDS[1], starts.startMs, undefined)
    else out.add(time, state.words[0], state.words[1], starts.startMs, undefined)
  }
}

const STALE_WORDS = new Uint32Array(2)
STALE_WORDS[HIGH] = STALE_HIGH
STALE_WORDS[LOW] = STALE_LOW

/** A stale marker is not what the next value is compared with. */
function readFirst(): void {
  state.readRaw(reader, 0)
  isStale = state.words[HIGH] === STALE_HIGH && state.words[LOW] === STALE_LOW
  if (isStale) state.set(0, 0, 0)
}

/** Reads sample 2 or later; returns the delta of the delta of its time. */
function readSample(): number {
  const ones = reader.ones(5)
  if (ones === 0) return 0
  if (ones === 5) {
    isStale = true
    return 0
  }
  if (ones === 1) {
    if (reader.bit() === 0) state.readInWindow(reader, 0)
    else state.readNewWindow(reader, 0)
    return 0
  }
  const dod = ones === 4 ? reader.int64() : twosComplement(WIDTHS[ones])
  readValue()
  return dod
}

function twosComplement(bits: number): number {
  const value = reader.take(bits)
  return value >= 1 << (bits - 1) ? value - (1 << bits) : value
}

function readValue(): void {
  const ones = reader.ones(3)
  if (ones === 1) state.readInWindow(reader, 0)
  else if (ones === 2) state.readNewWindow(reader, 0)
  else if (ones === 3) isStale = true
}
