import { ByteReader, CodecError } from '#lib/codec'

/** The pages of one label name. */
export interface NameEntry {
  readonly name: string
  readonly values: number
  /** First value of each page. */
  readonly firsts: readonly string[]
  readonly offsets: readonly number[]
  readonly sizes: readonly number[]
}

/** Where all pages of a block lie. */
export interface Directory {
  readonly series: number
  readonly frameOffsets: Float64Array
  readonly frameSizes: Float64Array
  /** Id of the first series of each page, and the number of series at the end. */
  readonly firstIds: Uint32Array
  readonly seriesOffsets: Float64Array
  readonly seriesSizes: Float64Array
  readonly names: ReadonlyMap<string, NameEntry>
}

/** Reads a string. */
export function readString(reader: ByteReader): string {
  const length = reader.varint()
  const from = reader.at
  if (from + length > reader.end) throw new CodecError(`string: unexpected end at ${reader.end}`)
  reader.at += length
  return Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset + from, length).toString('utf8')
}

/** Reads a count whose items take at least a byte each. */
export function readCount(reader: ByteReader): number {
  const count = reader.varint()
  if (count > reader.end - reader.at) throw new CodecError(`count ${count} is more than the bytes that follow`)
  return count
}

/** Reads the directory's payload; pages start after a header of `header` bytes. */
export function parseDirectory(bytes: Uint8Array, header: number): Directory {
  const reader = new ByteReader(bytes, 0)
  const series = reader.varint()
  const frameSizes = new Float64Array(readCount(reader))
  const frameOffsets = new Float64Array(frameSizes.length)
  for (let i = 0, at = header; i < frameSizes.length; at += frameSizes[i++]) {
    frameOffsets[i] = at
    frameSizes[i] = reader.varint()
  }
  const seriesSizes = new Float64Array(readCount(reader))
  const seriesOffsets = new Float64Array(seriesSizes.length)
  const firstIds = new Uint32Array(seriesSizes.length + 1)
  let at = header
  for (let i = 0; i < seriesSizes.length; at += seriesSizes[i++]) {
    firstIds[i + 1] = firstIds[i] + reader.varint()
    seriesOffsets[i] = at
    seriesSizes[i] = reader.varint()
  }
  if (firstIds[seriesSizes.length] !== series) throw new CodecError('the series pages do not add up')
  return { series, frameOffsets, frameSizes, firstIds, seriesOffsets, seriesSizes, names: parseNames(reader, at) }
}

function parseNames(reader: ByteReader, at: number): Map<string, NameEntry> {
  const names = new Map<string, NameEntry>()
  for (let left = readCount(reader); left > 0; left--) {
    const name = readString(reader)
    const values = reader.varint()
    const firsts: string[] = []
    const offsets: number[] = []
    const sizes: number[] = []
    for (let pages = readCount(reader); pages > 0; pages--) {
      firsts.push(readString(reader))
      const size = reader.varint()
      offsets.push(at)
      sizes.push(size)
      at += size
    }
    names.set(name, { name, values, firsts, offsets, sizes })
  }
  return names
}
