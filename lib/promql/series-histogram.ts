import { counterResetHint, type FloatHistogram } from '#lib/model'
import { numberValue } from './parser-number.ts'
import { QueryError } from './query-error.ts'

const names = new Set(
  'schema sum count z_bucket z_bucket_w buckets offset n_buckets n_offset custom_values counter_reset_hint'.split(' '),
)
const hints: Record<string, FloatHistogram['counterResetHint'] | undefined> = {
  unknown: counterResetHint.unknown,
  reset: counterResetHint.reset,
  not_reset: counterResetHint.notReset,
  gauge: counterResetHint.gauge,
}

/** Parses `{{schema:1 sum:2 buckets:[1 2]}}`. */
export function parseHistogram(text: string): FloatHistogram {
  const fields = readFields(text)
  const number = (name: string) => signed(fields.get(name) ?? '0')
  const list = (name: string) => (fields.get(name) ?? '').replace(/[[\]]/g, '').split(/\s+/).filter(Boolean).map(signed)
  const positive = list('buckets')
  const negative = list('n_buckets')
  const hint = hints[fields.get('counter_reset_hint') ?? 'unknown']
  if (hint === undefined) throw new QueryError('bad_data', `bad counter reset hint in ${JSON.stringify(text)}`)
  return {
    counterResetHint: hint,
    schema: number('schema'),
    zeroThreshold: number('z_bucket_w'),
    zeroCount: number('z_bucket'),
    count: number('count'),
    sum: number('sum'),
    positiveSpans: positive.length > 0 ? [{ offset: number('offset'), length: positive.length }] : [],
    positiveBuckets: positive,
    negativeSpans: negative.length > 0 ? [{ offset: number('n_offset'), length: negative.length }] : [],
    negativeBuckets: negative,
    customValues: list('custom_values'),
  }
}

function readFields(text: string): Map<string, string> {
  const fields = new Map<string, string>()
  const rest = text.slice(2, -2).replace(/(\w+):\s*(\[[^\]]*\]|[^\s[\]]+)/g, (_, name: string, value: string) => {
    if (!names.has(name)) throw new QueryError('bad_data', `bad histogram descriptor found: ${JSON.stringify(name)}`)
    if (fields.has(name)) throw new QueryError('bad_data', `duplicate key ${JSON.stringify(name)} in histogram`)
    fields.set(name, value)
    return ''
  })
  if (rest.trim() !== '') throw new QueryError('bad_data', `bad histogram ${JSON.stringify(text)}`)
  return fields
}

function signed(text: string): number {
  return (text.startsWith('-') ? -1 : 1) * numberValue(text.replace(/^[+-]/, ''))
}
