import { parseFloat64 } from '#lib/model'
import { nearest } from '../resources/quantity.ts'
import { goText } from './go-text.ts'

/** A sample's value, or why there is none. */
export type NumberResult = { readonly value: number } | { readonly error: string }

/** What a field is as a sample: a number, a truth, a time, a quantity, a percentage. */
export function toNumber(value: unknown, nilIsZero = false): NumberResult {
  if (value === undefined || value === null)
    return nilIsZero ? { value: 0 } : { error: 'expected number but found nil value' }
  if (typeof value === 'boolean') return { value: value ? 1 : 0 }
  if (typeof value === 'number') return { value }
  return typeof value === 'string' ? textToNumber(value) : { error: `expected number but was ${goText(value)}` }
}

/** Words of conditions. */
const words: Readonly<Record<string, number>> = { true: 1, yes: 1, false: 0, no: 0, unknown: 0 }

function textToNumber(text: string): NumberResult {
  const word = text.toLowerCase()
  if (Object.hasOwn(words, word)) return { value: words[word] }
  const seconds = secondsOf(text)
  if (seconds !== undefined) return { value: seconds }
  const quantity = nearest(text)
  if (!Number.isNaN(quantity)) return { value: quantity }
  if (/^\d+%$/.test(text)) return { value: Number(text.slice(0, -1)) / 100 }
  return floatOf(text)
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)$/

function secondsOf(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined
  const ms = Date.parse(text.replace(',', '.'))
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000)
}

function floatOf(text: string): NumberResult {
  try {
    return { value: parseFloat64(text) }
  } catch (error) {
    return { error: (error as Error).message }
  }
}
