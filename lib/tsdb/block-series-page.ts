import { ByteReader, CodecError } from '#lib/codec'
import { Labels } from '#lib/model'
import { readCount, readString } from './block-directory.ts'

const MAX_CHUNK_SAMPLES = 65_536

/** The chunks of one series as parallel columns, used again for the next. */
export class ChunkList {
  length = 0
  frames = new Float64Array(16)
  counts = new Uint32Array(16)
  firstMs = new Float64Array(16)
  lastMs = new Float64Array(16)
  timesAt = new Float64Array(16)
  valuesAt = new Float64Array(16)

  /** Empties it for so many. */
  restart(length: number): void {
    this.length = length
    if (length <= this.frames.length) return
    this.frames = new Float64Array(2 * length)
    this.counts = new Uint32Array(2 * length)
    this.firstMs = new Float64Array(2 * length)
    this.lastMs = new Float64Array(2 * length)
    this.timesAt = new Float64Array(2 * length)
    this.valuesAt = new Float64Array(2 * length)
  }
}

/** A page of series, its strings read. */
export class SeriesPage {
  readonly series: number
  readonly #bytes: Uint8Array
  readonly #strings: string[]
  /** Where each entry begins, and the end. */
  readonly #starts: Uint32Array
  /** Where the chunks of each begin, behind its labels; 0 where nobody has asked. */
  readonly #chunksAt: Uint32Array
  /** Those that were asked for. */
  readonly #labels: (Labels | undefined)[]

  constructor(bytes: Uint8Array) {
    const reader = new ByteReader(bytes, 0)
    this.#bytes = bytes
    this.#strings = Array.from({ length: readCount(reader) }, () => readString(reader))
    this.series = readCount(reader)
    this.#starts = new Uint32Array(this.series + 1)
    for (let i = 0; i < this.series; i++) this.#starts[i + 1] = this.#starts[i] + reader.varint()
    for (let i = 0; i <= this.series; i++) this.#starts[i] += reader.at
    this.#chunksAt = new Uint32Array(this.series)
    this.#labels = new Array<Labels | undefined>(this.series)
    if (this.#starts[this.series] !== bytes.length) throw new CodecError('the entries do not fill the page')
  }

  /** Labels of the series at this place of the page. */
  labels(place: number): Labels {
    return (this.#labels[place] ??= this.#readLabels(place))
  }

  #readLabels(place: number): Labels {
    const reader = this.#entry(place)
    const pairs: string[] = []
    for (let left = 2 * readCount(reader); left > 0; left--) pairs.push(this.#string(reader.varint()))
    return Labels.fromSorted(pairs)
  }

  /** Puts the chunks of the series at this place into the list. */
  chunks(place: number, list: ChunkList): void {
    const reader = this.#entry(place)
    if (this.#chunksAt[place] === 0) {
      for (let left = 2 * readCount(reader); left > 0; left--) reader.varint()
      this.#chunksAt[place] = reader.at
    }
    reader.at = this.#chunksAt[place]
    const length = readCount(reader)
    list.restart(length)
    let frame = 0
    let time = 0
    let timesAt = 0
    let valuesAt = 0
    for (let i = 0; i < length; i++) {
      list.frames[i] = frame += reader.varint()
      const count = reader.varint()
      if (count === 0 || count > MAX_CHUNK_SAMPLES) throw new CodecError(`no chunk of ${count} samples`)
      list.counts[i] = count
      list.firstMs[i] = time += reader.zigzag()
      list.lastMs[i] = time += reader.varint()
      list.timesAt[i] = timesAt += reader.zigzag()
      list.valuesAt[i] = valuesAt += reader.zigzag()
    }
  }

  #entry(place: number): ByteReader {
    return new ByteReader(this.#bytes, this.#starts[place], this.#starts[place + 1])
  }

  #string(number: number): string {
    const text = this.#strings[number]
    if (text === undefined) throw new CodecError(`no string ${number}`)
    return text
  }
}
