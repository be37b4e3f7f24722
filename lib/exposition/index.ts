export { escapings } from './escaping.ts'
export type { Escaping } from './escaping.ts'
export type { FamilyType, Metric, MetricExemplar, MetricFamily } from './family.ts'
export { FamilyError, linesOfFamily } from './lines-of-family.ts'
export type { LinesOptions } from './lines-of-family.ts'
export { readFamilies } from './read-families.ts'
export type { ReadFamilies } from './read-families.ts'
export type {
  AssembledFamily,
  AssembledHistogram,
  AssembledMetric,
  AssembledNumber,
  AssembledSummary,
  AssembledValue,
} from './assembled-family.ts'
export { defaultOffer, negotiate } from './negotiate.ts'
export type { Negotiated, Offer } from './negotiate.ts'
export { NumberCursor } from './number-cursor.ts'
export { OpenMetricsParser } from './openmetrics-parser.ts'
export { parseFloatText } from './parse-float.ts'
export { openBody } from './open-body.ts'
export type { BodyFormat } from './open-body.ts'
export type { EntryCursor, EntryKind, Exemplar, ParseOptions } from './cursor.ts'
export { Parser } from './parser.ts'
export { ProtobufParser } from './protobuf-parser.ts'
export { TextParser } from './text-parser.ts'
export { writeOpenMetrics } from './write-openmetrics.ts'
export { seriesText, writeText } from './write-text.ts'
export type { WriteOptions } from './write-text.ts'
