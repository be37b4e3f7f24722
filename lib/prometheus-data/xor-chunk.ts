import { CodecError } from '#lib/codec'
import { BitReader, MAX_EXACT } from './bit-reader.ts'
import { BitWriter } from './bit-writer.ts'
import type { SampleColumns } from './sample-columns.ts'
import { HIGH, LOW } from './words.ts'
import { XorState } from './xor-state.ts'

/*
 * Encoding 1, floats. `reference.ts` has the clear version; `chunk.bench.ts` watches the speed.
 *
 *   samples u16   time 0 varint   value 0 f64   time 1 - time 0 uvarint   value 1 xor   { time delta of delta   value xor } …
 *
 * Delta of delta: `0` none, `10` 14 bits, `110` 17, `1110` 20, `1111` 64.
 */

const WIDTHS = [0, 14, 17, 20]

const reader = new BitReader()
const state = new XorState()

/** Adds the samples of bytes[from, to); false, with none added, where a time needs more than a double holds. */
export function decodeXorChunk(bytes: Uint8Array, from: number, to: number, out: SampleColumns): boolean {
  reader.start(bytes, from, to)
  const count = reader.take(16)
  // Two bits are the least that a sample takes.
  if (count * 2 > (to - from) * 8) throw new CodecError(`${count} samples in ${to - from} bytes`)
  if (count === 0) return true
  out.reserve(count)
  state.start(1)
  let time = reader.varint()
  state.readRaw(reader, 0)
  put(out, 0, time)
  let delta = 0
  for (let i = 1; i < count; i++) {
    if (i === 1) delta = reader.uvarint()
    else {
      const ones = reader.ones(4)
      if (ones > 0) delta += ones === 4 ? reader.int64() : reader.signed(WIDTHS[ones])
    }
    time += delta
    if (time > MAX_EXACT || time < -MAX_EXACT || delta > MAX_EXACT || delta < -MAX_EXACT) return false
    state.read(reader, 0)
    put(out, i, time)
  }
  if (!reader.isExact) return false
  finish(out, count)
  return true
}

function put(out: SampleColumns, i: number, time: number): void {
  const at = out.count + i
  out.times[at] = time
  out.words[2 * at] = state.words[0]
  out.words[2 * at + 1] = state.words[1]
}

/** The samples were put: their floats have no start and no histogram. */
function finish(out: SampleColumns, count: number): void {
  out.starts?.fill(0, out.count, out.count + count)
  if (out.histograms) for (let i = 0; i < count; i++) out.histograms[out.count + i] = undefined
  out.count += count
}

const writer = new BitWriter()
const written = new XorState()

/** The chunk of samples from … to - 1, at most 65535, all floats with ascending times. Starts are not kept. */
export function encodeXorChunk(samples: SampleColumns, from: number, to: number): Uint8Array {
  const { times, words } = samples
  writer.clear()
  writer.put(to - from, 16)
  writer.varint(BigInt(times[from]))
  writer.put64(words[2 * from + HIGH], words[2 * from + LOW], 64)
  written.startWriting(1)
  written.set(0, words[2 * from + HIGH], words[2 * from + LOW])
  let before = 0
  for (let i = from + 1; i < to; i++) {
    const delta = times[i] - times[i - 1]
    if (i === from + 1) writer.uvarint(BigInt(times[i]) - BigInt(times[i - 1]))
    else if (delta <= MAX_EXACT && before <= MAX_EXACT) writeDelta(delta - before)
    else writeLarge(BigInt(times[i]) - 2n * BigInt(times[i - 1]) + BigInt(times[i - 2]))
    before = delta
    written.write(writer, 0, words[2 * i + HIGH], words[2 * i + LOW])
  }
  return writer.bytes()
}

function writeDelta(dod: number): void {
  if (dod === 0) writer.put(0, 1)
  else if (dod > -(2 ** 13) && dod <= 2 ** 13) {
    writer.put(0b10, 2)
    writer.put(dod, 14)
  } else if (dod > -(2 ** 16) && dod <= 2 ** 16) {
    writer.put(0b110, 3)
    writer.put(dod, 17)
  } else if (dod > -(2 ** 19) && dod <= 2 ** 19) {
    writer.put(0b1110, 4)
    writer.put(dod, 20)
  } else writeLarge(BigInt(dod))
}

function writeLarge(dod: bigint): void {
  writer.put(0b1111, 4)
  writer.putBig(dod, 64n)
}
