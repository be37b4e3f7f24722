import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiError } from './error.ts'
import { durationParam, limitParam, MAX_TIME_MS, MIN_TIME_MS, timeParam } from './params.ts'

const time = (text: string) => timeParam({ time: [text] }, 'time', 7)
const refused = (message: string) => (error: unknown) =>
  error instanceof ApiError && error.code === 'bad_data' && error.message === message

test('params: a time is seconds or RFC 3339, to the millisecond', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['', 7],
    ['0', 0],
    ['1435781430.781', 1_435_781_430_781],
    ['1.4357814307815e9', 1_435_781_430_782],
    ['-1.5', -1500],
    ['2015-07-01T20:10:30.781Z', 1_435_781_430_781],
    ['2015-07-01T22:10:30.7819999+02:00', 1_435_781_430_781],
    ['-292273086-05-16T16:47:06Z', MIN_TIME_MS],
    ['292277025-08-18T07:12:54.999999999Z', MAX_TIME_MS],
  ]
  for (const [text, ms] of cases) assert.equal(time(text), ms, text)
  for (const text of ['now', '2015-07-01', '2015-07-01 20:10:30Z', '1s', '0x10', '2015-13-01T00:00:00Z'])
    assert.throws(
      () => time(text),
      refused(`invalid parameter "time": invalid time value for 'time': cannot parse "${text}" to a valid timestamp`),
    )
})

test('params: a duration is seconds or units', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['', undefined],
    ['15', 15_000],
    ['0.1', 100],
    ['1m30s', 90_000],
    ['-5', -5000],
  ]
  for (const [text, ms] of cases) assert.equal(durationParam({ step: [text] }, 'step'), ms, text)
  for (const text of ['x', '1x', '1.5m'])
    assert.throws(
      () => durationParam({ step: [text] }, 'step'),
      refused(`invalid parameter "step": cannot parse "${text}" to a valid duration`),
    )
})

test('params: a limit is a whole number that is not negative', () => {
  assert.equal(limitParam({}), 0)
  assert.equal(limitParam({ limit: ['3'] }), 3)
  assert.throws(() => limitParam({ limit: ['-1'] }), refused('invalid parameter "limit": limit must be non-negative'))
  for (const text of ['1e3', ' ', '1.5', 'x']) assert.throws(() => limitParam({ limit: [text] }), ApiError, text)
})
