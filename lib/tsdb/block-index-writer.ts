import { compareUtf8 } from '#lib/bytes'
import { ByteWriter, encodeTimes } from '#lib/codec'
import type { Labels } from '#lib/model'
import type { ChunkPlace } from './block-chunks-writer.ts'
import { makePage } from './block-page.ts'

const PAGE_BYTES = 16_384

interface NamePages {
  name: string
  values: number
  pages: { first: string; size: number }[]
}

/** Writes index.dat: series pages as the series come, then postings, directory and footer. */
export class IndexWriter {
  series: number
  readonly #write: (bytes: Uint8Array) => void
  #offset: number
  readonly #seriesPages: { series: number; size: number }[]
  readonly #postings: Map<string, Map<string, number[]>>
  #strings: Map<string, number>
  #entries: ByteWriter
  #lengths: number[]

  /** `offset`: where the first page comes to lie. */
  constructor(write: (bytes: Uint8Array) => void, offset: number) {
    this.series = 0
    this.#write = write
    this.#offset = offset
    this.#seriesPages = []
    this.#postings = new Map()
    this.#strings = new Map()
    this.#entries = new ByteWriter()
    this.#lengths = []
  }

  add(labels: Labels, chunks: readonly ChunkPlace[]): void {
    const { pairs } = labels
    const start = this.#entries.at
    this.#entries.varint(pairs.length / 2)
    for (let i = 0; i < pairs.length; i += 2) {
      this.#entries.varint(this.#string(pairs[i]))
      this.#entries.varint(this.#string(pairs[i + 1]))
      this.#post(pairs[i], pairs[i + 1])
    }
    this.#addChunks(chunks)
    this.#lengths.push(this.#entries.at - start)
    this.series++
    if (this.#entries.at >= PAGE_BYTES) this.#finishSeriesPage()
  }

  /** Writes what comes after the series. */
  finish(frameSizes: readonly number[]): void {
    if (this.#lengths.length > 0) this.#finishSeriesPage()
    const names = [...this.#postings.keys()].sort(compareUtf8).map((name) => this.#writePostings(name))
    const at = this.#offset
    const size = this.#page(this.#directory(frameSizes, names))
    const footer = Buffer.alloc(16)
    footer.writeUInt32LE(at % 2 ** 32, 0)
    footer.writeUInt32LE(Math.floor(at / 2 ** 32), 4)
    footer.writeUInt32LE(size, 8)
    footer.write('BNIX', 12, 'latin1')
    this.#write(footer)
  }

  #addChunks(chunks: readonly ChunkPlace[]): void {
    const out = this.#entries
    out.varint(chunks.length)
    let before: ChunkPlace = { frame: 0, count: 0, firstMs: 0, lastMs: 0, timesAt: 0, valuesAt: 0 }
    for (const chunk of chunks) {
      out.varint(chunk.frame - before.frame)
      out.varint(chunk.count)
      out.zigzag(chunk.firstMs - before.lastMs)
      out.varint(chunk.lastMs - chunk.firstMs)
      out.zigzag(chunk.timesAt - before.timesAt)
      out.zigzag(chunk.valuesAt - before.valuesAt)
      before = chunk
    }
  }

  /** Number of a string within the page. */
  #string(text: string): number {
    const known = this.#strings.get(text)
    if (known !== undefined) return known
    this.#strings.set(text, this.#strings.size)
    return this.#strings.size - 1
  }

  #post(name: string, value: string): void {
    let values = this.#postings.get(name)
    if (!values) this.#postings.set(name, (values = new Map()))
    const ids = values.get(value)
    if (ids) ids.push(this.series)
    else values.set(value, [this.series])
  }

  #finishSeriesPage(): void {
    const out = new ByteWriter(PAGE_BYTES * 2)
    out.varint(this.#strings.size)
    for (const text of this.#strings.keys()) out.string(text)
    out.varint(this.#lengths.length)
    for (const length of this.#lengths) out.varint(length)
    out.append(this.#entries.written())
    this.#seriesPages.push({ series: this.#lengths.length, size: this.#page(out.written()) })
    this.#strings = new Map()
    this.#entries.at = 0
    this.#lengths = []
  }

  #writePostings(name: string): NamePages {
    const byValue = this.#postings.get(name) ?? new Map<string, number[]>()
    const written: NamePages = { name, values: byValue.size, pages: [] }
    const out = new ByteWriter()
    let first = ''
    const finish = (): void => {
      written.pages.push({ first, size: this.#page(out.written()) })
      out.at = 0
    }
    for (const value of [...byValue.keys()].sort(compareUtf8)) {
      if (out.at === 0) first = value
      appendPosting(out, value, byValue.get(value) ?? [])
      if (out.at >= PAGE_BYTES) finish()
    }
    if (out.at > 0) finish()
    return written
  }

  #directory(frameSizes: readonly number[], names: readonly NamePages[]): Uint8Array {
    const out = new ByteWriter()
    out.varint(this.series)
    out.varint(frameSizes.length)
    for (const size of frameSizes) out.varint(size)
    out.varint(this.#seriesPages.length)
    for (const page of this.#seriesPages) {
      out.varint(page.series)
      out.varint(page.size)
    }
    out.varint(names.length)
    for (const { name, values, pages } of names) {
      out.string(name)
      out.varint(values)
      out.varint(pages.length)
      for (const page of pages) {
        out.string(page.first)
        out.varint(page.size)
      }
    }
    return out.written()
  }

  /** Writes a page; returns its size. */
  #page(raw: Uint8Array): number {
    const page = makePage(raw)
    this.#write(page)
    this.#offset += page.length
    return page.length
  }
}

function appendPosting(out: ByteWriter, value: string, ids: readonly number[]): void {
  out.string(value)
  out.varint(ids.length)
  const column = new Uint8Array(ids.length * 10 + 16)
  const length = encodeTimes(Float64Array.from(ids), 0, ids.length, column, 0)
  out.varint(length)
  out.append(column.subarray(0, length))
}
