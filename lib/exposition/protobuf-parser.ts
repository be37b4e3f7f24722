/**
 * Reads length-delimited messages io.prometheus.client.MetricFamily
 * (https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto).
 *
 *     body  uvarint length, MetricFamily, uvarint length, MetricFamily …
 *
 * A metric becomes the entries that the text formats have for it: a summary its count, sum and quantiles, a classic
 * histogram its count, sum and buckets, a native histogram one entry.
 */
import type { Labels, StoredHistogram } from '#lib/model'
import { boundText } from './bound-text.ts'
import { ClassicHistogram } from './classic-histogram.ts'
import type { EntryCursor, EntryKind, Exemplar, ParseOptions } from './cursor.ts'
import { FamilyMessage } from './family-message.ts'
import type { FamilyType } from './family.ts'
import { LabelList } from './label-list.ts'
import { MetricMessage, metricType } from './metric-message.ts'
import { readNativeHistogram } from './native-histogram.ts'
import { PartReader } from './part-reader.ts'
import { readExemplars } from './proto-exemplars.ts'
import { SeriesKey } from './series-key.ts'
import { WireReader } from './wire-reader.ts'

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
  readonly #family: FamilyMessage
  readonly #metric: MetricMessage
  readonly #parts: PartReader
  readonly #key: SeriesKey
  #step: Step
  #part: Part
  /** Bound of the bucket or quantile. */
  #bound: number
  /** Where the next metric of the family stands. */
  #nextMetric: number
  /** The names of the family's series, by their part. */
  #names: string[]

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
    this.#family = new FamilyMessage(this.#reader)
    this.#metric = new MetricMessage(this.#reader)
    this.#parts = new PartReader(bytes)
    this.#key = new SeriesKey(bytes)
    this.#step = step.family
    this.#part = part.whole
    this.#bound = 0
    this.#nextMetric = 0
    this.#names = []
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
    const family = this.#family
    if (!family.next()) return false
    this.#nextMetric = family.from
    this.#names = SUFFIXES.map((suffix) => family.name + suffix)
    this.name = family.name
    this.text = family.help
    this.unit = family.unit
    this.type = family.type
    this.kind = 'help'
    this.#step = this.unit === '' ? step.type : step.unit
    return true
  }

  /** Reads the next metric of the family; false where there is none. */
  #readMetric(): boolean {
    const reader = this.#reader
    reader.open(this.#nextMetric, this.#family.to)
    while (reader.next()) {
      if (reader.field !== 4) {
        reader.skip()
        continue
      }
      reader.enter()
      this.#nextMetric = reader.end
      if (!this.#metric.read(this.#family.wireType)) return false
      this.timestampMs = this.#metric.timestampMs
      this.hasTimestamp = this.timestampMs !== 0
      return true
    }
    return false
  }

  get #isHistogram(): boolean {
    return this.#family.wireType >= metricType.histogram
  }

  get #isClassic(): boolean {
    return this.#isHistogram && (this.#options.ignoreNative === true || !this.#metric.isNative)
  }

  /** The first entry of a metric. */
  #first(): boolean {
    const { keepClassic, convertClassic } = this.#options
    if (this.#family.wireType === metricType.summary) this.#step = step.count
    else if (!this.#isHistogram) return this.#series(part.whole, this.#metric.value)
    else if (this.#isClassic) this.#step = convertClassic && !keepClassic ? step.converted : step.count
    else return this.#native()
    return this.#advance()
  }

  #native(): boolean {
    const { valueFrom, valueTo, isFloat, buckets } = this.#metric
    const isGauge = this.#family.wireType === metricType.gaugeHistogram
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
      return this.#reader.fail(
        from,
        `histogram ${JSON.stringify(this.#family.name)} cannot be converted: ${classic.err}`,
      )
    }
    if (this.#family.wireType === metricType.gaugeHistogram) histogram.counterResetHint = 3
    return this.#given(histogram)
  }

  #given(histogram: StoredHistogram | undefined): boolean {
    this.kind = 'histogram'
    this.#part = part.native
    this.name = this.#family.name
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
    this.#key.make(this.#metric, this.#family.nameFrom, this.#family.nameTo, this.#part, hasBound ? this.#bound : 0)
  }
}
