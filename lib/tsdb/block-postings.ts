import { compareUtf8 } from '#lib/bytes'
import { ByteReader, CodecError, decodeTimes } from '#lib/codec'
import type { Matcher } from '#lib/model'
import { type NameEntry, readCount, readString } from './block-directory.ts'

/** A page of postings: the values of one label, and the ids of the series of each. */
export class PostingsPage {
  readonly values: readonly string[]
  readonly #bytes: Uint8Array
  readonly #counts: number[]
  readonly #starts: number[]

  constructor(bytes: Uint8Array) {
    const reader = new ByteReader(bytes, 0)
    const values: string[] = []
    this.values = values
    this.#bytes = bytes
    this.#counts = []
    this.#starts = []
    while (reader.at < reader.end) {
      values.push(readString(reader))
      this.#counts.push(reader.varint())
      const length = readCount(reader)
      this.#starts.push(reader.at)
      reader.at += length
    }
  }

  /** Place of a value; -1 when it is not here. */
  placeOf(value: string): number {
    return this.values.indexOf(value)
  }

  /** The ids at a place, each below `series`, as a view of a scratch column valid until the next call. */
  ids(place: number, series: number): Float64Array {
    const count = this.#counts[place]
    if (count > series) throw new CodecError(`${count} ids of ${series} series`)
    if (scratch.length < count) scratch = new Float64Array(count * 2)
    decodeTimes(new ByteReader(this.#bytes, this.#starts[place]), count, scratch, 0)
    return scratch.subarray(0, count)
  }
}

let scratch = new Float64Array(1024)

/** Gives the pages of label names. */
export interface PostingsSource {
  readonly series: number
  name(name: string): NameEntry | undefined
  page(entry: NameEntry, number: number): PostingsPage
}

const EXCLUDED = 65_535

/**
 * The ids of the series that all matchers select, ascending. A matcher that does not match '' counts up the series of its
 * values; one that does (an absent label is '') excludes the series of the values it does not match.
 */
export function selectIds(source: PostingsSource, matchers: readonly Matcher[]): Uint32Array {
  const marks = new Uint16Array(source.series)
  let wanted = 0
  for (const matcher of matchers) {
    const entry = source.name(matcher.name)
    if (matcher.matches('')) {
      if (entry) exclude(source, entry, matcher, marks)
      continue
    }
    if (!entry) return new Uint32Array(0)
    if (matcher.setMatches) countSet(source, entry, new Set(matcher.setMatches), wanted, marks)
    else countMatching(source, entry, matcher, wanted, marks)
    wanted++
  }
  return idsMarked(marks, wanted)
}

function idsMarked(marks: Uint16Array, wanted: number): Uint32Array {
  let length = 0
  for (let id = 0; id < marks.length; id++) if (marks[id] === wanted) length++
  const ids = new Uint32Array(length)
  for (let id = 0, at = 0; at < length; id++) if (marks[id] === wanted) ids[at++] = id
  return ids
}

function exclude(source: PostingsSource, entry: NameEntry, matcher: Matcher, marks: Uint16Array): void {
  for (let number = 0; number < entry.firsts.length; number++) {
    const page = source.page(entry, number)
    for (let place = 0; place < page.values.length; place++) {
      if (matcher.matches(page.values[place])) continue
      for (const id of page.ids(place, source.series)) marks[id] = EXCLUDED
    }
  }
}

function countMatching(
  source: PostingsSource,
  entry: NameEntry,
  matcher: Matcher,
  marked: number,
  marks: Uint16Array,
): void {
  for (let number = 0; number < entry.firsts.length; number++) {
    const page = source.page(entry, number)
    for (let place = 0; place < page.values.length; place++) {
      if (matcher.matches(page.values[place])) countUp(page.ids(place, source.series), marked, marks)
    }
  }
}

function countSet(
  source: PostingsSource,
  entry: NameEntry,
  values: ReadonlySet<string>,
  marked: number,
  marks: Uint16Array,
): void {
  for (const value of values) {
    const number = pageOf(entry, value)
    if (number < 0) continue
    const page = source.page(entry, number)
    const place = page.placeOf(value)
    if (place >= 0) countUp(page.ids(place, source.series), marked, marks)
  }
}

/** Only a series that every matcher before has counted goes on. */
function countUp(ids: Float64Array, marked: number, marks: Uint16Array): void {
  for (let i = 0; i < ids.length; i++) if (marks[ids[i]] === marked) marks[ids[i]] = marked + 1
}

/** The page that holds a value if any does: the last whose first value is not above it; -1 when there is none. */
function pageOf(entry: NameEntry, value: string): number {
  let low = 0
  let high = entry.firsts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareUtf8(entry.firsts[middle], value) <= 0) low = middle + 1
    else high = middle
  }
  return low - 1
}
