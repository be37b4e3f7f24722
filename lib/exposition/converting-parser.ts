import { type Labels, METRIC_NAME, type StoredHistogram } from '#lib/model'
import { ClassicHistogram } from './classic-histogram.ts'
import type { EntryCursor, EntryKind, Exemplar } from './cursor.ts'
import type { FamilyType } from './family.ts'
import { parseFloatText } from './parse-float.ts'
import type { Parser } from './parser.ts'
import { seriesText } from './write-text.ts'

/** The series of one classic histogram while they pass by. */
interface Gathered {
  readonly key: string
  readonly labels: Labels
  readonly startMs: number
  readonly classic: ClassicHistogram
  readonly exemplars: Exemplar[]
  hasTimestamp: boolean
  timestampMs: number
}

interface Part {
  readonly labels: Labels
  readonly key: string
  add(classic: ClassicHistogram): void
}

/** A cursor over a text body in which each classic histogram is followed, or replaced, by a native one with its buckets. */
export class ConvertingParser implements EntryCursor {
  readonly #parser: Parser
  readonly #keepClassic: boolean
  #kind: EntryKind
  #histogram: StoredHistogram | undefined
  /** The family of the last TYPE line, where that said `histogram`. */
  #family: string
  #gathered: Gathered | undefined
  /** What the entry tells that is a converted histogram. */
  #shown: Gathered | undefined
  #name: string
  /** Whether the parser stands on an entry that comes after the converted histogram. */
  #isWaiting: boolean
  #isAtEnd: boolean
  #key: Uint8Array

  constructor(parser: Parser, keepClassic: boolean) {
    this.#parser = parser
    this.#keepClassic = keepClassic
    this.#kind = 'none'
    this.#histogram = undefined
    this.#family = ''
    this.#gathered = undefined
    this.#shown = undefined
    this.#name = ''
    this.#isWaiting = false
    this.#isAtEnd = false
    this.#key = new Uint8Array(0)
  }

  next(): boolean {
    this.#shown = undefined
    this.#histogram = undefined
    for (;;) {
      if (this.#isAtEnd || (!this.#isWaiting && !this.#parser.next())) return this.#atEnd()
      if (!this.#isWaiting && this.#convertsBefore()) {
        this.#isWaiting = true
        return true
      }
      this.#isWaiting = false
      if (this.#take()) return true
    }
  }

  /** The end of the body ends a histogram too. */
  #atEnd(): boolean {
    this.#isAtEnd = true
    if (this.#parser.err === '' && this.#convert()) return true
    this.#kind = 'none'
    return false
  }

  /** Whether the parser's entry ends the histogram that was gathered, and that is one. */
  #convertsBefore(): boolean {
    if (!this.#gathered) return false
    if (this.#parser.kind === 'series' && this.#part()?.key === this.#gathered.key) return false
    return this.#convert()
  }

  #convert(): boolean {
    const gathered = this.#gathered
    this.#gathered = undefined
    const histogram = gathered?.classic.convert()
    if (!gathered || !histogram) return false
    this.#kind = 'histogram'
    this.#histogram = histogram
    this.#shown = gathered
    this.#name = gathered.labels.get(METRIC_NAME)
    return true
  }

  /** Takes the parser's entry; false where it only is a part of a histogram. */
  #take(): boolean {
    const parser = this.#parser
    this.#kind = parser.kind
    this.#name = parser.name
    if (parser.kind === 'type') this.#family = parser.type === 'histogram' ? parser.name : ''
    if (parser.kind !== 'series') return true
    const part = this.#part()
    if (!part) return true
    this.#gather(part)
    return this.#keepClassic
  }

  #gather(part: Part): void {
    const parser = this.#parser
    const gathered = (this.#gathered ??= {
      key: part.key,
      labels: part.labels,
      startMs: parser.startMs(),
      classic: new ClassicHistogram(),
      exemplars: [],
      hasTimestamp: false,
      timestampMs: 0,
    })
    part.add(gathered.classic)
    gathered.exemplars.push(...parser.exemplars())
    gathered.hasTimestamp = parser.hasTimestamp
    gathered.timestampMs = parser.timestampMs
  }

  /** What the parser's series is of a histogram of the family, if it is a part of one. */
  #part(): Part | undefined {
    const { name, value } = this.#parser
    const family = this.#family
    if (family === '' || !name.startsWith(family)) return undefined
    const suffix = name.slice(family.length)
    if (suffix !== '_count' && suffix !== '_sum' && suffix !== '_bucket') return undefined
    const own = this.#parser.labels()
    const bound = suffix === '_bucket' ? parseFloatText(own.get('le')) : 0
    if (bound === undefined || bound !== bound) return undefined
    const labels = own.with({ [METRIC_NAME]: family, le: '' })
    return {
      labels,
      key: labels.key,
      add(classic) {
        if (suffix === '_count') classic.setCount(value)
        else if (suffix === '_sum') classic.setSum(value)
        else classic.addBucket(bound, value)
      },
    }
  }

  get kind(): EntryKind {
    return this.#kind
  }

  get name(): string {
    return this.#name
  }

  get text(): string {
    return this.#parser.text
  }

  get type(): FamilyType {
    return this.#shown ? 'histogram' : this.#parser.type
  }

  get unit(): string {
    return this.#parser.unit
  }

  get value(): number {
    return this.#parser.value
  }

  get histogram(): StoredHistogram | undefined {
    return this.#histogram
  }

  get hasTimestamp(): boolean {
    return this.#shown ? this.#shown.hasTimestamp : this.#parser.hasTimestamp
  }

  get timestampMs(): number {
    return this.#shown ? this.#shown.timestampMs : this.#parser.timestampMs
  }

  get err(): string {
    return this.#parser.err
  }

  get pos(): number {
    return this.#parser.pos
  }

  get keyBytes(): Uint8Array {
    return this.#shown ? this.#key : this.#parser.keyBytes
  }

  get keyStart(): number {
    return this.#shown ? 0 : this.#parser.keyStart
  }

  get keyEnd(): number {
    return this.#shown ? this.#key.length : this.#parser.keyEnd
  }

  /** A histogram of its own has the text that none of its series has. */
  makeKey(): void {
    if (this.#shown) this.#key = Buffer.from(`${this.seriesText()} histogram`)
  }

  labels(): Labels {
    return this.#shown ? this.#shown.labels : this.#parser.labels()
  }

  startMs(): number {
    return this.#shown ? this.#shown.startMs : this.#parser.startMs()
  }

  exemplars(): readonly Exemplar[] {
    return this.#shown ? this.#shown.exemplars : this.#parser.exemplars()
  }

  /** The text of the series as it stands in the body, or as a histogram would. */
  seriesText(): string {
    if (!this.#shown) return this.#parser.seriesText()
    const { labels } = this.#shown
    return seriesText(this.#name, labels.without(METRIC_NAME).pairs, 'allow-utf-8')
  }
}
