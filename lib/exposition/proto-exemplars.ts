import type { Exemplar } from './cursor.ts'
import { LabelList } from './label-list.ts'
import { readTime } from './metric-message.ts'
import type { WireReader } from './wire-reader.ts'

/** More exemplars than this of one histogram are not looked at. */
const MOST_EXEMPLARS = 1000

/** Reads messages io.prometheus.client.Exemplar: 1 label, 2 value, 3 timestamp. */
export const readExemplars = {
  /** The one that stands in `from … to`, if any does. */
  one(reader: WireReader, from: number, to: number): readonly Exemplar[] {
    return from === to ? [] : [readExemplar(reader, from, to)]
  },

  /** Those of a native histogram, else those of its buckets; only with a time, for without one they are not new. */
  ofNative(reader: WireReader, from: number, to: number): readonly Exemplar[] {
    const own = placesOf(reader, from, to, 16, undefined)
    const places = own.length > 0 ? own : placesOf(reader, from, to, 3, 3)
    const all = places.map(([start, end]) => readExemplar(reader, start, end))
    return all.filter(({ timestampMs }) => timestampMs !== undefined)
  },
}

/** Where the values of a field stand, or of a field within it. */
function placesOf(
  reader: WireReader,
  from: number,
  to: number,
  field: number,
  inner: number | undefined,
): [number, number][] {
  const places: [number, number][] = []
  reader.open(from, to)
  while (reader.next() && places.length < MOST_EXEMPLARS) {
    if (reader.field !== field) {
      reader.skip()
      continue
    }
    const outer = reader.enter()
    if (inner === undefined) places.push([reader.pos, reader.end])
    else while (reader.next()) pushOrSkip(reader, inner, places)
    reader.leave(outer)
  }
  return places
}

function pushOrSkip(reader: WireReader, field: number, places: [number, number][]): void {
  if (reader.field !== field) return reader.skip()
  const outer = reader.enter()
  places.push([reader.pos, reader.end])
  reader.leave(outer)
}

function readExemplar(reader: WireReader, from: number, to: number): Exemplar {
  let value = 0
  let timestampMs: number | undefined
  reader.open(from, to)
  while (reader.next()) {
    if (reader.field === 2) value = reader.double()
    else if (reader.field === 3) timestampMs = readTime(reader)
    else reader.skip()
  }
  const list = new LabelList(reader)
  list.readAll(from, to)
  return { labels: list.labels(from), value, timestampMs }
}
