import { Labels } from '#lib/model'
import type { FamilyType } from './family.ts'
import type { WireReader } from './wire-reader.ts'

/** Puts the labels of a metric together, whose bytes were looked through before. */
export class LabelList {
  readonly #reader: WireReader
  readonly #entries: [string, string][]
  /** Names that the metadata decides. */
  readonly #decided: Set<string>

  constructor(reader: WireReader) {
    this.#reader = reader
    this.#entries = []
    this.#decided = new Set()
  }

  add(name: string, value: string): void {
    this.#entries.push([name, value])
  }

  /** What the metadata says stands before what a metric says of itself. */
  addMetadata(type: FamilyType, unit: string): void {
    for (const [name, value] of metadataLabels(type, unit)) {
      this.add(name, value)
      this.#decided.add(name)
    }
  }

  /** The LabelPairs that are field 1 of the message. */
  readAll(from: number, to: number): void {
    const reader = this.#reader
    reader.open(from, to)
    while (reader.next()) {
      if (reader.field === 1) this.#readPair()
      else reader.skip()
    }
  }

  #readPair(): void {
    const reader = this.#reader
    const outer = reader.enter()
    let name = ''
    let value = ''
    while (reader.next()) {
      if (reader.field !== 1 && reader.field !== 2) {
        reader.skip()
        continue
      }
      const inner = reader.enter()
      const text = reader.bytes.toString('utf8', reader.pos, reader.end)
      if (reader.field === 1) name = text
      else value = text
      reader.leave(inner)
    }
    reader.leave(outer)
    if (!this.#decided.has(name)) this.add(name, value)
  }

  /** The labels; a name that stands twice is a mistake at `at`. */
  labels(at: number): Labels {
    const seen = new Set<string>()
    for (const [name] of this.#entries) {
      if (seen.has(name)) this.#reader.fail(at, `label name ${JSON.stringify(name)} is not unique`)
      seen.add(name)
    }
    return Labels.from(this.#entries)
  }
}

/** The labels that the metadata of a family makes. */
export function metadataLabels(type: FamilyType, unit: string): [string, string][] {
  const all: [string, string][] = [
    ['__type__', type === 'unknown' ? '' : type],
    ['__unit__', unit],
  ]
  return all.filter(([, value]) => value !== '')
}
