import { ConvertingParser } from './converting-parser.ts'
import type { EntryCursor, ParseOptions } from './cursor.ts'
import { OpenMetricsParser } from './openmetrics-parser.ts'
import { ProtobufParser } from './protobuf-parser.ts'
import { TextParser } from './text-parser.ts'

/** The formats that a body can have. */
export type BodyFormat = 'text' | 'openmetrics' | 'protobuf'

/** A cursor over a body; `pos` tells how far it is. */
export function openBody(
  format: BodyFormat,
  body: Uint8Array,
  options: ParseOptions = {},
): EntryCursor & { readonly pos: number } {
  if (format === 'protobuf') return new ProtobufParser(body, options)
  const parser = format === 'text' ? new TextParser(body, options) : new OpenMetricsParser(body, options)
  return options.convertClassic ? new ConvertingParser(parser, options.keepClassic === true) : parser
}
