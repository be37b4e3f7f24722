import { compareUtf8 } from '#lib/bytes'
import { formatFloatG } from '#lib/model'

/** A value of JSON as Go prints it with %v. */
export function goText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : formatFloatG(value)
  if (Array.isArray(value)) return `[${value.map((item) => goText(item)).join(' ')}]`
  if (!isRecord(value)) return value === undefined || value === null ? '<nil>' : JSON.stringify(value)
  const keys = Object.keys(value).sort(compareUtf8)
  return `map[${keys.map((key) => `${key}:${goText(value[key])}`).join(' ')}]`
}

/** An object of JSON. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
