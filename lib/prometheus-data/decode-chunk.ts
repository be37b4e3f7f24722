import { CodecError } from '#lib/codec'
import { encoding } from './encoding.ts'
import { decodeFloatHistogramChunk } from './float-histogram-chunk.ts'
import { decodeHistogramChunk } from './histogram-chunk.ts'
import { decodeReference } from './reference.ts'
import type { SampleColumns } from './sample-columns.ts'
import { decodeXorChunk } from './xor-chunk.ts'
import { decodeXor2Chunk } from './xor2-chunk.ts'

/** Adds the samples of the chunk whose data is bytes[from, to). Throws a CodecError, with none added, for what no encoder wrote. */
export function decodeChunk(kind: number, bytes: Uint8Array, from: number, to: number, out: SampleColumns): void {
  const first = out.count
  if (decodeFast(kind, bytes, from, to, out)) return
  try {
    decodeReference(kind, bytes.subarray(from, to), out)
  } catch (error) {
    out.count = first
    throw error
  }
}

/** False where the chunk's numbers are more than a double holds. */
export function decodeFast(kind: number, bytes: Uint8Array, from: number, to: number, out: SampleColumns): boolean {
  switch (kind) {
    case encoding.xor:
      return decodeXorChunk(bytes, from, to, out)
    case encoding.xor2:
      return decodeXor2Chunk(bytes, from, to, out)
    case encoding.histogram:
    case encoding.histogramStarts:
      return decodeHistogramChunk(bytes, from, to, kind === encoding.histogramStarts, out)
    case encoding.floatHistogram:
    case encoding.floatHistogramStarts:
      return decodeFloatHistogramChunk(bytes, from, to, kind === encoding.floatHistogramStarts, out)
    default:
      throw new CodecError(`chunk encoding ${kind} is not known`)
  }
}
