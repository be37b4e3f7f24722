import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { nextTime } from './cron-next.ts'
import { type Fields, readSchedule } from './cron-schedule.ts'
import { ZERO_TIME } from './times.ts'

interface Golden {
  readonly schedule: string
  readonly zone?: string
  readonly after: string
  /** Unix seconds, or null where it is not valid. */
  readonly next: number | null
}

const golden: { readonly cases: readonly Golden[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'testdata', 'cron.json'), 'utf8'),
)

test('cron: schedules are read, and their next times found, as upstream does, where clocks are moved too', () => {
  for (const { schedule, zone, after, next } of golden.cases) {
    const read = readSchedule(schedule, zone)
    const found = read === undefined ? null : nextTime(read, Date.parse(after) / 1000)
    assert.equal(found, next, `${schedule} in ${zone ?? 'no zone'} after ${after}`)
  }
})

const field = (min: number, max: number) => {
  const value = fc.integer({ min, max })
  return fc.oneof(
    fc.constant('*'),
    value.map(String),
    fc.tuple(value, value).map(([a, b]) => `${a}-${b}`),
    fc.array(value, { minLength: 1, maxLength: 4 }).map((values) => values.join(',')),
    fc.integer({ min: 1, max: 5 }).map((step) => `*/${step}`),
  )
}

test('cron: the next time is the first minute after, of all that come, whose fields match', () => {
  const schedule = fc.tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7))
  const after = fc.integer({ min: 1_600_000_000, max: 1_800_000_000 })
  fc.assert(
    fc.property(schedule, after, (parts, after) => {
      const read = readSchedule(parts.join(' '))
      if (read?.kind !== 'fields') return
      const next = nextTime(read, after)
      const found = firstMatch(read, after, after + 40 * 86_400)
      if (found !== undefined) assert.equal(next, found)
      else assert.ok(next === ZERO_TIME || (next > after + 40 * 86_400 && matches(read, next)))
    }),
    { numRuns: 30 },
  )
})

function firstMatch(fields: Fields, after: number, until: number): number | undefined {
  for (let at = (Math.floor(after / 60) + 1) * 60; at <= until; at += 60) if (matches(fields, at)) return at
  return undefined
}

function matches({ minute, hour, dayOfMonth, month, dayOfWeek }: Fields, at: number): boolean {
  const date = new Date(at * 1000)
  return (
    minute[date.getUTCMinutes()] === 1 &&
    hour[date.getUTCHours()] === 1 &&
    dayOfMonth[date.getUTCDate()] === 1 &&
    month[date.getUTCMonth() + 1] === 1 &&
    dayOfWeek[date.getUTCDay()] === 1
  )
}

const endless: readonly [string, string][] = [
  ['6 11,0,5 */4 * */5', 'Pacific/Apia'], // the day after this one was left out there
  [', * * * *', 'America/New_York'],
  ['0 0 30 2 *', 'America/New_York'],
]

for (const [schedule, zone] of endless) {
  test(`cron: "${schedule}" in ${zone}, which never comes, is given up soon`, { timeout: 5000 }, () => {
    const read = readSchedule(schedule, zone)
    assert.ok(read)
    assert.equal(nextTime(read, Date.parse('2011-12-29T11:19:25Z') / 1000), ZERO_TIME)
  })
}

test('cron: no text makes the reader throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.option(fc.string(), { nil: undefined }), (schedule, zone) => {
      readSchedule(schedule, zone)
      readSchedule(`TZ=${schedule} * * * * *`)
      readSchedule(`@every ${schedule}`)
    }),
  )
})
