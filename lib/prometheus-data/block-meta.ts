import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { PrometheusDataError } from './data-error.ts'

const count = v.optional(v.pipe(v.number(), v.integer()), 0)
const schema = v.object({
  ulid: v.pipe(v.string(), v.regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)),
  minTime: v.pipe(v.number(), v.safeInteger()),
  // One past the last sample: 2^53 where that has the largest time.
  maxTime: v.pipe(v.number(), v.integer(), v.minValue(-(2 ** 53)), v.maxValue(2 ** 53)),
  version: v.literal(1),
  stats: v.optional(
    v.object({
      numSamples: count,
      numFloatSamples: count,
      numHistogramSamples: count,
      numSeries: count,
      numChunks: count,
      numTombstones: count,
    }),
    {},
  ),
  compaction: v.object({
    level: v.number(),
    sources: v.optional(v.array(v.string()), []),
    parents: v.optional(v.array(v.object({ ulid: v.string() })), []),
    deletable: v.optional(v.boolean(), false),
    hints: v.optional(v.array(v.string()), []),
  }),
})

/** What meta.json says of a block, in Prometheus' names: its times are minTime <= t < maxTime. */
export type BlockMeta = v.InferOutput<typeof schema>

/** Reads the meta.json of a block's folder; throws a PrometheusDataError. */
export function readMeta(folder: string): BlockMeta {
  const path = join(folder, 'meta.json')
  const text = readFileSync(path, 'utf8')
  try {
    return v.parse(schema, JSON.parse(text))
  } catch (error) {
    throw new PrometheusDataError(path, 0, (error as Error).message, error)
  }
}
