/**
 * Matches the entries of a body against those of the scrape before: the plainer way, for bodies that are no lines
 * (protobuf) and for those that are read otherwise than they stand (classic histograms that become native). A series is
 * known by bytes of its key, so that no label is made for one that was there before.
 */
import { type BodyFormat, type EntryCursor, type FamilyType, openBody, type ParseOptions } from '#lib/exposition'
import type { BodyBuffer } from '#lib/http'
import type { Labels } from '#lib/model'
import type { SampleGroup } from '#lib/storage'
import type { PoolOptions } from './pool.ts'
import { SeriesMatcher } from './series-matcher.ts'

/** How many entries are taken before other work gets its turn. */
const STEP_ENTRIES = 2000

const TYPES: Readonly<Record<FamilyType, number>> = {
  unknown: 0,
  counter: 1,
  gauge: 2,
  histogram: 3,
  gaugehistogram: 4,
  summary: 5,
  info: 6,
  stateset: 7,
}

/** The samples of one target, scrape after scrape, in any format. */
export class EntryMatcher extends SeriesMatcher {
  readonly #parse: ParseOptions
  #format: BodyFormat
  #cursor: EntryCursor
  /** The metadata of the last body, by kind and family, and of this one. */
  #told: Map<string, string>
  #toldNow: Map<string, string>

  constructor(group: SampleGroup, labels: Labels, options: PoolOptions) {
    super(group, labels, options)
    this.#parse = parseOptions(options)
    this.#format = 'text'
    this.#cursor = openBody('text', new Uint8Array(0))
    this.#told = new Map()
    this.#toldNow = new Map()
  }

  /** Starts with a body, which must stay as it is until `step` says that it is done. */
  begin(body: BodyBuffer, format: BodyFormat): void {
    this.start(format === this.#format)
    this.#cursor = openBody(format, body.seal(), this.#parse)
    this.#format = format
    this.#toldNow.clear()
  }

  /** As in LineMatcher. */
  step(): boolean {
    const cursor = this.#cursor
    for (let taken = 0; taken < STEP_ENTRIES; taken++) {
      if (!cursor.next()) {
        this.err = cursor.err
        if (this.err === '') this.finish()
        return true
      }
      if (cursor.kind !== 'series' && cursor.kind !== 'histogram') this.#tell(cursor)
      else {
        cursor.makeKey()
        this.take(cursor, cursor.keyBytes, cursor.keyStart, cursor.keyEnd, TYPES[cursor.type])
        if (this.err !== '') return true
      }
    }
    return false
  }

  override accept(): void {
    super.accept()
    const told = this.#told
    this.#told = this.#toldNow
    this.#toldNow = told
  }

  /** Tells the store what it was not told by the body before. */
  #tell(cursor: EntryCursor): void {
    if (cursor.kind === 'comment') return
    const key = `${cursor.kind} ${cursor.name}`
    const text = cursor.kind === 'type' ? cursor.type : cursor.text
    this.#toldNow.set(key, text)
    if (this.#told.get(key) !== text) this.addMetadata(cursor)
  }
}

function parseOptions(options: PoolOptions): ParseOptions {
  return {
    ignoreNative: !options.nativeHistograms,
    keepClassic: options.classicHistograms,
    convertClassic: options.convertHistograms,
  }
}
