import { type Every, readEvery } from './cron-every.ts'
import { BOUNDS, readField } from './cron-field.ts'
import { readTimeZone, type TimeZone, UTC } from './time-zone.ts'

/**
 * A schedule of a cron job as kube-state-metrics 2.20 reads it: five fields or a descriptor, with an optional time zone
 * before them. Day of month and day of week must both match, other than for Kubernetes' own controller.
 */
export type Schedule = Fields | Every | Never

/** Moments whose fields all match. Each holds 1 at the index of a value that matches. */
export interface Fields {
  readonly kind: 'fields'
  readonly minute: Uint8Array
  readonly hour: Uint8Array
  readonly dayOfMonth: Uint8Array
  readonly month: Uint8Array
  readonly dayOfWeek: Uint8Array
  readonly zone: TimeZone
}

/** Only when someone asks for it. */
export interface Never {
  readonly kind: 'never'
}

const MOST_BYTES = 1024

/** Reads a schedule; undefined where it is not valid. */
export function readSchedule(schedule: string, timeZone?: string): Schedule | undefined {
  const whole = timeZone === undefined ? schedule : `CRON_TZ=${timeZone} ${schedule}`
  if (whole === '' || Buffer.byteLength(whole) > MOST_BYTES) return undefined
  const zoned = splitZone(whole)
  if (zoned === undefined) return undefined
  return zoned.rest.startsWith('@') ? readDescriptor(zoned.rest, zoned.zone) : readFields(zoned.rest, zoned.zone)
}

interface Zoned {
  readonly zone: TimeZone
  readonly rest: string
}

const ZONE = /^(?:CRON_)?TZ=([^ ]*) (.*)$/s
const QUOTED = /^(["'])(.*)\1$/s
const ZONE_NAME = /^[A-Za-z0-9/_+:-]{1,64}$/

function splitZone(schedule: string): Zoned | undefined {
  if (!/^(?:CRON_)?TZ=/.test(schedule)) return { zone: UTC, rest: schedule }
  const [, written, fields] = ZONE.exec(schedule) ?? []
  if (written === undefined) return undefined
  const name = QUOTED.exec(written)?.[2] ?? written
  const zone = ZONE_NAME.test(name) ? readTimeZone(name) : undefined
  const rest = fields.trim()
  return zone === undefined || rest === '' ? undefined : { zone, rest }
}

const DESCRIPTORS = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
])
const NEVER = new Set(['@triggered', '@manual', '@none'])
const EVERY = '@every '

function readDescriptor(descriptor: string, zone: TimeZone): Schedule | undefined {
  const fields = DESCRIPTORS.get(descriptor)
  if (fields !== undefined) return readFields(fields, zone)
  if (NEVER.has(descriptor)) return { kind: 'never' }
  return descriptor.startsWith(EVERY) ? readEvery(descriptor.slice(EVERY.length)) : undefined
}

function readFields(fields: string, zone: TimeZone): Fields | undefined {
  const parts = fields.split(/\s+/).filter((part) => part !== '')
  if (parts.length !== 5) return undefined
  const minute = readField(parts[0], BOUNDS.minute)
  const hour = readField(parts[1], BOUNDS.hour)
  const dayOfMonth = readField(parts[2], BOUNDS.dayOfMonth)
  const month = readField(parts[3], BOUNDS.month)
  const dayOfWeek = readField(parts[4], BOUNDS.dayOfWeek)
  if (!minute || !hour || !dayOfMonth || !month || !dayOfWeek) return undefined
  if (dayOfWeek[7] === 1) dayOfWeek[0] = 1 // Sunday has two numbers
  return { kind: 'fields', minute, hour, dayOfMonth, month, dayOfWeek, zone }
}
