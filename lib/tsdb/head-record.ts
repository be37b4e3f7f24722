import { ByteReader, writeVarint, writeZigzag } from '#lib/codec'
import { Labels } from '#lib/model'
import { nameWord, pairWord, seriesWord, SLAB_WORDS, type Slabs, symbolWord } from './slabs.ts'

const SERIES = 1
const METADATA = 2
const SAMPLES = 3
const OWN = 4
const HISTOGRAMS = 5
const OWN_HISTOGRAMS = 6
const LATE = 7
const LATE_HISTOGRAMS = 8
const DELETED = 9
const encoder = new TextEncoder()

/** Builds one log record, drawn in docs/formats/head-memory.md. */
export class RecordWriter {
  bytes: Uint8Array
  length: number
  #view: DataView

  constructor() {
    this.bytes = new Uint8Array(65_536)
    this.length = 0
    this.#view = new DataView(this.bytes.buffer)
  }

  series(id: number, labels: Labels): void {
    this.#room(20)
    this.bytes[this.length++] = SERIES
    this.length = writeVarint(this.bytes, this.length, id)
    this.length = writeVarint(this.bytes, this.length, labels.size)
    for (const text of labels.pairs) this.#text(text)
  }

  /** The same of a series of the head, whose labels lie there as bytes. */
  definition(slabs: Slabs, series: number): void {
    const labels = slabs.get(series + seriesWord.labels)
    this.#room(20)
    this.bytes[this.length++] = SERIES
    this.length = writeVarint(this.bytes, this.length, slabs.get(series + seriesWord.id))
    this.length = writeVarint(this.bytes, this.length, labels)
    for (let i = 0; i < labels; i++) {
      const pair = slabs.get(series + seriesWord.pairs + i)
      this.#symbol(slabs, slabs.get(slabs.get(pair + pairWord.name) + nameWord.symbol))
      this.#symbol(slabs, slabs.get(pair + pairWord.symbol))
    }
  }

  metadata(family: string, type: string, help: string, unit: string): void {
    this.#room(20)
    this.bytes[this.length++] = METADATA
    for (const text of [family, type, help, unit]) this.#text(text)
  }

  startSamples(group: number, timeMs: number, count: number): void {
    this.#start(SAMPLES, group, timeMs, count)
  }

  startOwn(count: number, isLate: boolean): void {
    this.#room(40 + count * 28)
    this.bytes[this.length++] = isLate ? LATE : OWN
    this.length = writeVarint(this.bytes, this.length, count)
  }

  startHistograms(group: number, timeMs: number, count: number): void {
    this.#start(HISTOGRAMS, group, timeMs, count)
  }

  startOwnHistograms(count: number, isLate: boolean): void {
    this.#room(40 + count * 28)
    this.bytes[this.length++] = isLate ? LATE_HISTOGRAMS : OWN_HISTOGRAMS
    this.length = writeVarint(this.bytes, this.length, count)
  }

  /** The bytes of a histogram. Asks for more room than `start…` did: it comes after its id and time. */
  histogram(bytes: Uint8Array, left: number): void {
    this.#room(bytes.length + 16 + left * 28)
    this.length = writeVarint(this.bytes, this.length, bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** Rows of id, from and to, from row `first` on. */
  deleted(rows: Float64Array, first: number, count: number): void {
    this.#room(20 + count * 28)
    this.bytes[this.length++] = DELETED
    this.length = writeVarint(this.bytes, this.length, count)
    let previous = 0
    for (let at = 3 * first; at < 3 * (first + count); at += 3) {
      this.id(rows[at], previous)
      this.time(rows[at + 1])
      this.time(rows[at + 2])
      previous = rows[at]
    }
  }

  id(id: number, previous: number): void {
    this.length = writeZigzag(this.bytes, this.length, id - previous)
  }

  time(timeMs: number): void {
    this.#view.setFloat64(this.length, timeMs, true)
    this.length += 8
  }

  value(low: number, high: number): void {
    this.#view.setUint32(this.length, low, true)
    this.#view.setUint32(this.length + 4, high, true)
    this.length += 8
  }

  #start(kind: number, group: number, timeMs: number, count: number): void {
    this.#room(40 + count * 20)
    this.bytes[this.length++] = kind
    this.length = writeVarint(this.bytes, this.length, group)
    this.#view.setFloat64(this.length, timeMs, true)
    this.length = writeVarint(this.bytes, this.length + 8, count)
  }

  #text(text: string): void {
    this.#room(text.length * 3 + 10)
    // Most are short and ASCII: a call of the encoder costs more than they do.
    let at = writeVarint(this.bytes, this.length, text.length)
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code >= 0x80) return this.#encode(text)
      this.bytes[at++] = code
    }
    this.length = at
  }

  #encode(text: string): void {
    const bytes = encoder.encode(text)
    this.length = writeVarint(this.bytes, this.length, bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  #symbol(slabs: Slabs, symbol: number): void {
    const length = slabs.get(symbol + symbolWord.bytes)
    this.#room(length + 10)
    this.length = writeVarint(this.bytes, this.length, length)
    const from = ((symbol & (SLAB_WORDS - 1)) + symbolWord.text) * 4
    const source = slabs.bytes[symbol >>> 18]
    for (let i = 0; i < length; i++) this.bytes[this.length++] = source[from + i]
  }

  #room(size: number): void {
    if (this.length + size <= this.bytes.length) return
    const bytes = new Uint8Array(2 * (this.length + size))
    bytes.set(this.bytes.subarray(0, this.length))
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer)
  }
}

/** What a record holds, in its order. */
export interface RecordVisitor {
  series(id: number, labels: Labels): void
  metadata(family: string, type: string, help: string, unit: string): void
  /** Samples at one time follow, floats or histograms. */
  samples(group: number, timeMs: number): void
  sample(id: number, low: number, high: number): void
  own(id: number, timeMs: number, low: number, high: number, isLate: boolean): void
  /** The bytes of one histogram, valid until this returns. */
  histogram(id: number, bytes: Uint8Array): void
  ownHistogram(id: number, timeMs: number, bytes: Uint8Array, isLate: boolean): void
  /** Samples that came before were deleted. */
  deleted(id: number, fromMs: number, toMs: number): void
}

/** Reads bytes[from, to); throws for what no RecordWriter wrote. */
export function readRecord(bytes: Uint8Array, from: number, to: number, visitor: RecordVisitor): void {
  const reader = new ByteReader(bytes, from, to)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = () => {
    const length = reader.varint()
    reader.at += length
    if (reader.at > to) throw new Error(`log record: a text of ${length} bytes past its end`)
    return buffer.toString('utf8', reader.at - length, reader.at)
  }
  while (reader.at < to) {
    const kind = bytes[reader.at++]
    if (kind === SERIES) {
      const id = reader.varint()
      visitor.series(id, Labels.fromSorted(Array.from({ length: 2 * reader.varint() }, text)))
    } else if (kind === METADATA) visitor.metadata(text(), text(), text(), text())
    else if (kind === SAMPLES || kind === OWN || kind === LATE) readSamples(reader, view, kind, visitor)
    else if (kind === HISTOGRAMS || kind === OWN_HISTOGRAMS || kind === LATE_HISTOGRAMS)
      readHistograms(reader, view, kind, visitor)
    else if (kind === DELETED) readDeleted(reader, view, visitor)
    else throw new Error(`log record: no such part ${kind} at ${reader.at - 1}`)
  }
}

function readSamples(reader: ByteReader, view: DataView, kind: number, visitor: RecordVisitor): void {
  const isOwn = kind !== SAMPLES
  if (!isOwn) {
    visitor.samples(reader.varint(), view.getFloat64(reader.at, true))
    reader.at += 8
  }
  let id = 0
  for (let left = reader.varint(); left > 0; left--) {
    id += reader.zigzag()
    const at = isOwn ? reader.at + 8 : reader.at
    const low = view.getUint32(at, true)
    const high = view.getUint32(at + 4, true)
    if (isOwn) visitor.own(id, view.getFloat64(reader.at, true), low, high, kind === LATE)
    else visitor.sample(id, low, high)
    reader.at = at + 8
  }
}

function readHistograms(reader: ByteReader, view: DataView, kind: number, visitor: RecordVisitor): void {
  const isOwn = kind !== HISTOGRAMS
  if (!isOwn) {
    visitor.samples(reader.varint(), view.getFloat64(reader.at, true))
    reader.at += 8
  }
  let id = 0
  for (let left = reader.varint(); left > 0; left--) {
    id += reader.zigzag()
    const timesAt = reader.at
    if (isOwn) reader.at += 8
    const length = reader.varint()
    if (length > reader.end - reader.at) throw new Error(`log record: a histogram of ${length} bytes at ${reader.at}`)
    const bytes = reader.bytes.subarray(reader.at, reader.at + length)
    reader.at += length
    if (isOwn) visitor.ownHistogram(id, view.getFloat64(timesAt, true), bytes, kind === LATE_HISTOGRAMS)
    else visitor.histogram(id, bytes)
  }
}

function readDeleted(reader: ByteReader, view: DataView, visitor: RecordVisitor): void {
  let id = 0
  for (let left = reader.varint(); left > 0; left--) {
    id += reader.zigzag()
    visitor.deleted(id, view.getFloat64(reader.at, true), view.getFloat64(reader.at + 8, true))
    reader.at += 16
  }
}
