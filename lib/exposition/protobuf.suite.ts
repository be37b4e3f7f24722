/** Writes messages io.prometheus.client.MetricFamily, for tests: plainly, field by field. */

/** A family as the message has it. */
export interface ProtoFamily {
  readonly name: string
  readonly help?: string
  /** COUNTER 0, GAUGE 1, SUMMARY 2, UNTYPED 3, HISTOGRAM 4, GAUGE_HISTOGRAM 5. */
  readonly type: number
  readonly unit?: string
  readonly metrics: readonly ProtoMetric[]
}

/** A metric; its value is what the type of the family says. */
export interface ProtoMetric {
  /** name, value, name, value … */
  readonly labels?: readonly string[]
  readonly timestampMs?: number
  /** Of a counter, gauge or untyped metric. */
  readonly value?: number
  /** Of a counter. */
  readonly exemplar?: ProtoExemplar
  readonly startMs?: number
  readonly summary?: { readonly count: number; readonly sum: number; readonly quantiles: readonly [number, number][] }
  readonly histogram?: ProtoHistogram
}

export interface ProtoExemplar {
  readonly labels: readonly string[]
  readonly value: number
  readonly timestampMs?: number
}

/** A histogram, classic, native or both. */
export interface ProtoHistogram {
  readonly count?: number | bigint
  readonly countFloat?: number
  readonly sum?: number
  readonly buckets?: readonly {
    readonly bound: number
    readonly count?: number
    readonly countFloat?: number
    readonly exemplar?: ProtoExemplar
  }[]
  readonly schema?: number
  readonly zeroThreshold?: number
  readonly zeroCount?: number | bigint
  readonly zeroCountFloat?: number
  readonly positiveSpans?: readonly [number, number][]
  readonly positiveDeltas?: readonly (number | bigint)[]
  readonly positiveCounts?: readonly number[]
  readonly negativeSpans?: readonly [number, number][]
  readonly negativeDeltas?: readonly (number | bigint)[]
  readonly negativeCounts?: readonly number[]
  readonly exemplars?: readonly ProtoExemplar[]
  /** Lists element by element, as proto2 writers have them. */
  readonly unpacked?: boolean
}

/** A body of families, each with its length before it. */
export function encodeFamilies(families: readonly ProtoFamily[]): Uint8Array {
  return Uint8Array.from(families.flatMap((family) => sized(familyBytes(family))))
}

function familyBytes({ name, help, type, unit, metrics }: ProtoFamily): number[] {
  const all = [...text(1, name), ...text(2, help), ...number(3, type)]
  return [...all, ...metrics.flatMap((metric) => message(4, metricBytes(metric, type))), ...text(5, unit)]
}

function metricBytes(metric: ProtoMetric, type: number): number[] {
  const { labels = [], timestampMs, value = 0, exemplar, startMs, summary, histogram } = metric
  const bytes = labelsBytes(labels)
  if (type === 0) bytes.push(...message(3, [...double(1, value), ...exemplarBytes(2, exemplar), ...time(3, startMs)]))
  if (type === 1) bytes.push(...message(2, double(1, value)))
  if (type === 3) bytes.push(...message(5, double(1, value)))
  if (type === 2 && summary) {
    const quantiles = summary.quantiles.flatMap(([q, v]) => message(3, [...double(1, q), ...double(2, v)]))
    bytes.push(
      ...message(4, [...number(1, summary.count), ...double(2, summary.sum), ...quantiles, ...time(4, startMs)]),
    )
  }
  if (type >= 4 && histogram) bytes.push(...message(7, [...histogramBytes(histogram), ...time(15, startMs)]))
  return [...bytes, ...(timestampMs === undefined ? [] : number(6, timestampMs))]
}

function histogramBytes(h: ProtoHistogram): number[] {
  const buckets = (h.buckets ?? []).flatMap(({ bound, count, countFloat, exemplar }) =>
    message(3, [...number(1, count), ...double(2, bound), ...exemplarBytes(3, exemplar), ...double(4, countFloat)]),
  )
  const list = h.unpacked ? elements : packed
  return [
    ...number(1, h.count),
    ...double(2, h.sum),
    ...buckets,
    ...double(4, h.countFloat),
    ...(h.schema === undefined ? [] : number(5, zigzag(h.schema))),
    ...double(6, h.zeroThreshold),
    ...number(7, h.zeroCount),
    ...double(8, h.zeroCountFloat),
    ...spans(9, h.negativeSpans),
    ...list(
      10,
      0,
      h.negativeDeltas?.map((delta) => varint(zigzag(delta))),
    ),
    ...list(11, 1, h.negativeCounts?.map(doubleBytes)),
    ...spans(12, h.positiveSpans),
    ...list(
      13,
      0,
      h.positiveDeltas?.map((delta) => varint(zigzag(delta))),
    ),
    ...list(14, 1, h.positiveCounts?.map(doubleBytes)),
    ...(h.exemplars ?? []).flatMap((exemplar) => exemplarBytes(16, exemplar)),
  ]
}

function spans(field: number, list: readonly [number, number][] = []): number[] {
  return list.flatMap(([offset, length]) => message(field, [...number(1, zigzag(offset)), ...number(2, length)]))
}

function labelsBytes(labels: readonly string[]): number[] {
  const bytes: number[] = []
  for (let i = 0; i < labels.length; i += 2) {
    bytes.push(...message(1, [...text(1, labels[i]), ...text(2, labels[i + 1])]))
  }
  return bytes
}

function exemplarBytes(field: number, exemplar: ProtoExemplar | undefined): number[] {
  if (!exemplar) return []
  return message(field, [
    ...labelsBytes(exemplar.labels),
    ...double(2, exemplar.value),
    ...time(3, exemplar.timestampMs),
  ])
}

function time(field: number, ms: number | undefined): number[] {
  if (ms === undefined) return []
  return message(field, [...number(1, Math.floor(ms / 1000)), ...number(2, (ms % 1000) * 1e6)])
}

function packed(field: number, _: number, items: readonly number[][] | undefined): number[] {
  return items ? message(field, items.flat()) : []
}

function elements(field: number, wire: number, items: readonly number[][] = []): number[] {
  return items.flatMap((item) => [...varint(BigInt(field * 8 + wire)), ...item])
}

function text(field: number, value: string | undefined): number[] {
  return value === undefined ? [] : message(field, [...Buffer.from(value)])
}

function double(field: number, value: number | undefined): number[] {
  return value === undefined ? [] : [field * 8 + 1, ...doubleBytes(value)]
}

function doubleBytes(value: number): number[] {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return [...bytes]
}

function number(field: number, value: number | bigint | undefined): number[] {
  return value === undefined ? [] : [...varint(BigInt(field * 8)), ...varint(BigInt(value))]
}

function message(field: number, bytes: readonly number[]): number[] {
  return [...varint(BigInt(field * 8 + 2)), ...sized(bytes)]
}

function sized(bytes: readonly number[]): number[] {
  return [...varint(BigInt(bytes.length)), ...bytes]
}

function zigzag(value: number | bigint): bigint {
  const whole = BigInt(value)
  return whole < 0n ? -whole * 2n - 1n : whole * 2n
}

function varint(value: bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return [...bytes, Number(rest)]
}
