/**
 * Reads length-delimited messages io.prometheus.client.MetricFamily
 * (https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto).
 *
 *     body          uvarint length, MetricFamily, uvarint length, MetricFamily …
 *     MetricFamily  1 name  2 help  3 type  4 metric …  5 unit
 *
 * A metric becomes the entries that the text formats have for it: a summary its count, sum and quantiles, a classic
 * histogram its count, sum and buckets, a native histogram one entry.
 */
import { isUtf8 } from 'node:buffer'
import type { Labels, StoredHistogram } from '#lib/model'
import { boundText } from './bound-text.ts'
import { ClassicHistogram } from './classic-histogram.ts'
import type { EntryCursor, EntryKind, Exemplar, ParseOptions } from './cursor.ts'
import type { FamilyType } from './family.ts'
import { LabelList } from './label-list.ts'
import { MetricMessage, metricType } from './metric-message.ts'
import { readNativeHistogram } from './native-histogram.ts'
import { PartReader } from './part-reader.ts'
import { readExemplars } from './proto-exemplars.ts'
import { SeriesKey } from './series-key.ts'
import { WireReader } from './wire-reader.ts'

const TYPES: readonly FamilyType[] = ['counter', 'gauge', 'summary', 'unknown', 'histogram', 'gaugehistogram']

/** What comes next. */
const step = { family: 0, unit: 1, type: 2, metric: 3, count: 4, sum: 5, parts: 6, converted: 7 } as const
type Step = (typeof step)[keyof typeof step]

/** What the entry is of its metric; also the last byte but eight of its key. */
const part = { whole: 0, count: 1, sum: 2, bucket: 3, quantile: 4, native: 5 } as const
type Part = (typeof part)[keyof typeof part]

const SUFFIXES = ['', '_count', '_sum', '_bucket', '', '']

/** A cursor over the metrics of a body in the protobuf format. */
export class ProtobufParser implements EntryCursor {
  kind: EntryKind
  name: string
  text: string
  type: FamilyType
  unit: string
  value: number
  histogram: StoredHistogram | undefined
  hasTimestamp: boolean
  timestampMs: number
  readonly keyStart: number
  readonly #options: ParseOptions
  readonly #reader: WireReader
  readonly #metric: MetricMessage
  readonly #parts: PartReader
  readonly #key: SeriesKey
  #step: Step
  #part: Part
  /** Bound of the bucket or quantile. */
  #bound: number
  /** Of the family: its place, its end, where its next metric stands, its type on the wire, its name as text and as bytes. */
  #familyFrom: number
  #familyTo: number
  #nextMetric: number
  #wireType: number
  #family: string
  #names: string[]
  #nameFrom: number
  #nameTo: number
  /** Where the next family begins. */
  #nextFamily: number

  constructor(body: Uint8Array, options: ParseOptions = {}) {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
    this.kind = 'none'
    this.name = ''
    this.text = ''
    this.type = 'unknown'
    this.unit = ''
    this.value = 0
    this.histogram = undefined
    this.hasTimestamp = false
    this.timestampMs = 0
    this.keyStart = 0
    this.#options = options
    this.#reader = new WireReader(bytes)
    this.#metric = new MetricMessage(this.#reader)
    this.#parts = new PartReader(bytes)
    this.#key = new SeriesKey(bytes)
    this.#step = step.family
    this.#part = part.whole
    this.#bound = 0
    this.#familyFrom = 0
    this.#familyTo = 0
    this.#nextMetric = 0
    this.#wireType = 0
    this.#family = ''
    this.#names = []
    this.#nameFrom = 0
    this.#nameTo = 0
    this.#nextFamily = 0
  }

  /** `byte 17: …`, or empty. */
  get err(): string {
    return this.#reader.err || this.#parts.err
  }

  /** How much of the body is done. */
  get pos(): number {
    return this.#nextMetric
  }

  next(): boolean {
    if (this.err === '' && this.#advance()) return true
    this.kind = 'none'
    return false
  }

  #advance(): boolean {
    for (;;) {
      switch (this.#step) {
        case step.family:
          return this.#nextHelp()
        case step.unit:
          this.kind = 'unit'
          this.text = this.unit
          this.#step = step.type
          return true
        case step.type:
          this.kind = 'type'
          this.#step = step.metric
          return true
        case step.metric:
          if (this.#readMetric()) return this.#first()
          if (this.err !== '') return false
          this.#step = step.family
          break
        case step.count:
          this.#step = step.sum
          return this.#series(part.count, this.#metric.countFloat || this.#metric.count)
        case step.sum:
          this.#step = step.parts
          this.#parts.open(this.#metric.valueFrom, this.#metric.valueTo, this.#isHistogram)
          return this.#series(part.sum, this.#metric.sum)
        case step.parts:
          if (this.#nextPart()) return true
          if (this.err !== '') return false
          break
        case step.converted:
          this.#step = step.metric
          return this.#converted()
      }
    }
  }

  /** Moves to the next family that has metrics. */
  #nextHelp(): boolean {
    const reader = this.#reader
    while (this.#nextFamily < reader.bytes.length) {
      reader.open(this.#nextFamily, reader.bytes.length)
      const length = reader.varint()
      if (reader.err !== '') return false
      if (length > reader.end - reader.pos) {
        return reader.fail(this.#nextFamily, `a family of ${length} bytes, ${reader.end - reader.pos} are there`)
      }
      this.#familyFrom = this.#nextMetric = reader.pos
      this.#familyTo = this.#nextFamily = reader.pos + length
      const metrics = this.#readFamily()
      if (reader.err !== '') return false
      if (metrics === 0) continue
      return this.#enterFamily()
    }
    return false
  }

  /** Reads all of the family but its metrics, and counts those. */
  #readFamily(): number {
    const reader = this.#reader
    reader.open(this.#familyFrom, this.#familyTo)
    this.#nameFrom = this.#nameTo = reader.pos
    this.text = this.unit = ''
    this.#wireType = 0
    let metrics = 0
    while (reader.next()) {
      if (reader.field === 4) {
        metrics++
        reader.skip()
      } else if (reader.field === 1) {
        const outer = reader.enter()
        this.#nameFrom = reader.pos
        this.#nameTo = reader.end
        reader.leave(outer)
      } else if (reader.field === 2) this.text = this.#string('help text')
      else if (reader.field === 3) this.#wireType = reader.uint64()
      else if (reader.field === 5) this.unit = this.#string('unit')
      else reader.skip()
    }
    return metrics
  }

  #enterFamily(): boolean {
    const { bytes } = this.#reader
    const name = bytes.subarray(this.#nameFrom, this.#nameTo)
    if (name.length === 0) return this.#reader.fail(this.#familyFrom, 'a family without a name')
    if (!isUtf8(name)) return this.#reader.fail(this.#nameFrom, 'invalid UTF-8 metric name')
    const family = name.toString()
    if (TYPES[this.#wireType] === undefined) {
      return this.#reader.fail(this.#familyFrom, `unknown metric type ${this.#wireType} of ${JSON.stringify(family)}`)
    }
    this.#names = SUFFIXES.map((suffix) => family + suffix)
    this.#family = this.name = family
    this.type = TYPES[this.#wireType]
    this.kind = 'help'
    this.#step = this.unit === '' ? step.type : step.unit
    return true
  }

  #string(what: string): string {
    const reader = this.#reader
    const outer = reader.enter()
    const bytes = reader.bytes.subarray(reader.pos, reader.end)
    if (!isUtf8(bytes)) reader.fail(reader.pos, `invalid UTF-8 ${what}`)
    reader.leave(outer)
    return bytes.toString()
  }

  /** Reads the next metric of the family; false where there is none. */
  #readMetric(): boolean {
    const reader = this.#reader
    reader.open(this.#nextMetric, this.#familyTo)
    while (reader.next()) {
      if (reader.field !== 4) {
        reader.skip()
        continue
      }
      reader.enter()
      this.#nextMetric = reader.end
      if (!this.#metric.read(this.#wireType)) return false
      this.timestampMs = this.#metric.timestampMs
      this.hasTimestamp = this.timestampMs !== 0
      return true
    }
    return false
  }

  get #isHistogram(): boolean {
    return this.#wireType >= metricType.histogram
  }

  get #isClassic(): boolean {
    return this.#isHistogram && (this.#options.ignoreNative === true || !this.#metric.isNative)
  }

  /** The first entry of a metric. */
  #first(): boolean {
    const { keepClassic, convertClassic } = this.#options
    if (this.#wireType === metricType.summary) this.#step = step.count
    else if (!this.#isHistogram) return this.#series(part.whole, this.#metric.value)
    else if (this.#isClassic) this.#step = convertClassic && !keepClassic ? step.converted : step.count
    else return this.#native()
    return this.#advance()
  }

  #native(): boolean {
    const { valueFrom, valueTo, isFloat, buckets } = this.#metric
    const isGauge = this.#wireType === metricType.gaugeHistogram
    this.#step = this.#options.keepClassic && buckets > 0 ? step.count : step.metric
    return this.#given(readNativeHistogram(this.#reader, valueFrom, valueTo, isFloat, isGauge))
  }

  #nextPart(): boolean {
    const parts = this.#parts
    if (!parts.next()) {
      // Whoever leaves the last bucket out means all observations.
      const isOpen = this.#isHistogram && !(parts.bound === Infinity && parts.count > 0)
      this.#step = this.#isClassic && this.#options.convertClassic ? step.converted : step.metric
      if (parts.err !== '' || !isOpen) return false
      return this.#bounded(part.bucket, Infinity, this.#metric.countFloat || this.#metric.count)
    }
    if (this.#isHistogram && parts.bound === Infinity) parts.close()
    return this.#bounded(this.#isHistogram ? part.bucket : part.quantile, parts.bound, parts.value)
  }

  #bounded(which: Part, bound: number, value: number): boolean {
    this.#bound = bound
    return this.#series(which, value)
  }

  #series(which: Part, value: number): boolean {
    this.kind = 'series'
    this.histogram = undefined
    this.#part = which
    this.name = this.#names[which]
    this.value = value
    return true
  }

  #converted(): boolean {
    const { countFloat, count, sum, valueFrom, valueTo, from } = this.#metric
    const classic = new ClassicHistogram()
    classic.setCount(countFloat || count)
    classic.setSum(sum)
    this.#parts.open(valueFrom, valueTo, true)
    while (this.#parts.next()) classic.addBucket(this.#parts.bound, this.#parts.value)
    if (this.#parts.err !== '') return false
    const histogram = classic.convert()
    if (histogram === undefined) {
      return this.#reader.fail(from, `histogram ${JSON.stringify(this.#family)} cannot be converted: ${classic.err}`)
    }
    if (this.#wireType === metricType.gaugeHistogram) histogram.counterResetHint = 3
    return this.#given(histogram)
  }

  #given(histogram: StoredHistogram | undefined): boolean {
    this.kind = 'histogram'
    this.#part = part.native
    this.name = this.#family
    this.histogram = histogram
    return histogram !== undefined
  }

  /** A name that stands twice sets `err`. */
  labels(): Labels {
    const list = new LabelList(this.#reader)
    list.add('__name__', this.name)
    if (this.#options.typeAndUnitLabels) list.addMetadata(this.type, this.unit)
    list.readAll(this.#metric.from, this.#metric.to)
    if (this.#part === part.bucket) list.add('le', boundText(this.#bound))
    if (this.#part === part.quantile) list.add('quantile', boundText(this.#bound))
    return list.labels(this.#metric.from)
  }

  startMs(): number {
    return this.kind === 'series' || this.kind === 'histogram' ? this.#metric.startMs : 0
  }

  exemplars(): readonly Exemplar[] {
    const { exemplarFrom, exemplarTo, valueFrom, valueTo } = this.#metric
    if (this.kind === 'histogram') return readExemplars.ofNative(this.#reader, valueFrom, valueTo)
    if (this.kind !== 'series') return []
    if (this.#part === part.whole) return readExemplars.one(this.#reader, exemplarFrom, exemplarTo)
    if (this.#part !== part.bucket) return []
    return readExemplars.one(this.#reader, this.#parts.exemplarFrom, this.#parts.exemplarTo)
  }

  get keyBytes(): Uint8Array {
    return this.#key.bytes
  }

  get keyEnd(): number {
    return this.#key.length
  }

  makeKey(): void {
    const hasBound = this.#part === part.bucket || this.#part === part.quantile
    this.#key.make(this.#metric, this.#nameFrom, this.#nameTo, this.#part, hasBound ? this.#bound : 0)
  }
}
