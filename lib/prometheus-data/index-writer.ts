import { compareUtf8 } from '#lib/bytes'
import { ByteReader, ByteWriter } from '#lib/codec'
import { compareLabels, type Labels } from '#lib/model'
import { bug } from '#lib/run'
import { INDEX_MAGIC, SERIES_ALIGNMENT } from './index-file.ts'
import { NewFile } from './new-file.ts'
import { framed, SectionWriter } from './section-writer.ts'

const VERSION = 2
const POSTINGS_ALIGNMENT = 4

/** A chunk of a series: its times, both ends included, and what `ChunksWriter` gave. */
export interface WrittenChunk {
  readonly fromMs: number
  readonly toMs: number
  readonly ref: number
}

/**
 * Gathers the series of a block, and writes their index, version 2, drawn in index-file.ts. The numbers of symbols are known only
 * when all series are: until then labels are numbered as they come.
 */
export class IndexWriter {
  readonly #symbols = new Map<string, number>()
  /** Of each series: number of labels, numbers of names and values, length of the chunks' bytes, and those. */
  readonly #spool = new ByteWriter(64 * 1024)
  readonly #entry = new SectionWriter()
  #last: Labels | undefined = undefined
  series = 0

  /** Series come in order of their labels, chunks in order of time. */
  add(labels: Labels, chunks: readonly WrittenChunk[]): void {
    if (this.#last && compareLabels(this.#last, labels) >= 0) bug('series for a block are out of order')
    this.#last = labels
    this.series++
    this.#spool.varint(labels.pairs.length)
    for (const text of labels.pairs) this.#spool.varint(this.#numberOf(text))
    this.#entry.clear()
    writeChunks(this.#entry, chunks)
    this.#spool.varint(this.#entry.size)
    this.#spool.append(this.#entry.written())
  }

  /** Writes the file, and puts it on the disk. */
  write(path: string): void {
    using file = new NewFile(path)
    const section = new SectionWriter()
    section.word(INDEX_MAGIC)
    section.byte(VERSION)
    file.write(section.written())
    const sorted = [...this.#symbols.keys()].sort(compareUtf8)
    const symbolsAt = file.size
    file.write(framed(symbolTable(sorted)))
    const seriesAt = file.size
    const postings = new Postings()
    this.#writeSeries(file, sorted, postings)
    const indicesAt = file.size
    file.align(POSTINGS_ALIGNMENT)
    const postingsAt = file.size
    const offsets = postings.write(file, sorted)
    const tableAt = file.size
    file.write(framed(offsets))
    section.clear()
    for (const place of [symbolsAt, seriesAt, indicesAt, tableAt, postingsAt, tableAt]) section.uint64(place)
    section.checksum(0)
    file.write(section.written())
    file.sync()
  }

  #numberOf(text: string): number {
    let number = this.#symbols.get(text)
    if (number === undefined) this.#symbols.set(text, (number = this.#symbols.size))
    return number
  }

  #writeSeries(file: NewFile, sorted: readonly string[], postings: Postings): void {
    const places = new Uint32Array(sorted.length)
    for (const [place, text] of sorted.entries()) places[this.#symbols.get(text)!] = place
    const spool = new ByteReader(this.#spool.written(), 0)
    const body = new SectionWriter()
    const head = new SectionWriter()
    while (spool.at < spool.end) {
      file.align(SERIES_ALIGNMENT)
      const ref = file.size / SERIES_ALIGNMENT
      body.clear()
      const pairs = spool.varint() / 2
      body.uvarint(pairs)
      postings.addSeries(ref)
      for (let i = 0; i < pairs; i++) {
        const [name, value] = [places[spool.varint()], places[spool.varint()]]
        body.uvarint(name)
        body.uvarint(value)
        postings.add(name, value, ref)
      }
      const length = spool.varint()
      body.append(spool.bytes.subarray(spool.at, spool.at + length))
      spool.at += length
      head.clear()
      head.uvarint(body.size)
      body.checksum(0)
      file.write(head.written())
      file.write(body.written())
    }
  }
}

function writeChunks(entry: SectionWriter, chunks: readonly WrittenChunk[]): void {
  entry.uvarint(chunks.length)
  for (const [i, { fromMs, toMs, ref }] of chunks.entries()) {
    if (i === 0) entry.varint(fromMs)
    else entry.difference(fromMs, chunks[i - 1].toMs)
    entry.difference(toMs, fromMs)
    if (i === 0) entry.uvarint(ref)
    else entry.varint(ref - chunks[i - 1].ref)
  }
}

function symbolTable(sorted: readonly string[]): Uint8Array {
  const table = new SectionWriter()
  table.word(sorted.length)
  for (const text of sorted) table.text(text)
  return table.written()
}

/** Which series have a label: lists of references by the numbers of name and value. */
class Postings {
  readonly #all: number[] = []
  readonly #list = new SectionWriter()
  readonly #byName = new Map<number, Map<number, number[]>>()

  addSeries(ref: number): void {
    this.#all.push(ref)
  }

  add(name: number, value: number, ref: number): void {
    let byValue = this.#byName.get(name)
    if (!byValue) this.#byName.set(name, (byValue = new Map()))
    const list = byValue.get(value)
    if (list) list.push(ref)
    else byValue.set(value, [ref])
  }

  /** Writes the lists, first that of all series; returns the table of their places. */
  write(file: NewFile, sorted: readonly string[]): Uint8Array {
    const table = new SectionWriter()
    const lists = [...this.#byName.values()].reduce((sum, byValue) => sum + byValue.size, 1)
    table.word(lists)
    this.#writeList(file, table, '', '', this.#all)
    for (const [name, byValue] of [...this.#byName].sort((a, b) => a[0] - b[0])) {
      for (const [value, refs] of [...byValue].sort((a, b) => a[0] - b[0]))
        this.#writeList(file, table, sorted[name], sorted[value], refs)
    }
    return table.written()
  }

  #writeList(file: NewFile, table: SectionWriter, name: string, value: string, refs: readonly number[]): void {
    file.align(POSTINGS_ALIGNMENT)
    table.uvarint(2)
    table.text(name)
    table.text(value)
    table.uvarint(file.size)
    const list = this.#list
    list.clear()
    list.word(4 + 4 * refs.length)
    list.word(refs.length)
    for (const ref of refs) list.word(ref)
    list.checksum(4)
    file.write(list.written())
  }
}
