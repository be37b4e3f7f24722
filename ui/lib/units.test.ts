import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseUnit, columnUnit, kindOfExpression, withUnit } from './units.ts'

test('units: the largest value chooses the unit of all', () => {
  const unit = chooseUnit('bytes', 31.2 * 1024 ** 3, 'en')
  assert.equal(unit.name, 'GiB')
  assert.equal(unit.text(11.84 * 1024 ** 3), '11.8')
  assert.equal(unit.text(0.5 * 1024 ** 3), '0.5')
})

test('units: CPU is always in cores, with two digits', () => {
  assert.equal(chooseUnit('cores', 0.05, 'en').text(0.796), '0.80')
})

test('units: a table’s column goes one unit finer than an axis, so that small rows keep their figures', () => {
  const unit = columnUnit('bytes', 1434 * 1024 ** 2, 'en')
  assert.equal(unit.name, 'MiB')
  assert.equal(unit.text(1434 * 1024 ** 2), '1,434')
  assert.equal(unit.text(18 * 1024 ** 2), '18')
})

test('units: what is not there is a dash', () => {
  const { text } = chooseUnit('bytes', 1, 'en')
  assert.deepEqual([null, undefined, NaN].map(text), ['–', '–', '–'])
})

test('units: a percent sign stands without a space', () => {
  assert.equal(withUnit('percent', 87, 'en'), '87.0%')
  assert.equal(withUnit('bytes', 512 * 1024 ** 2, 'en'), '512 MiB')
})

test('units: an expression’s unit follows from the names everyone uses', () => {
  const cases: [string, string][] = [
    ['node_memory_MemAvailable_bytes', 'bytes'],
    ['rate(node_disk_read_bytes_total[1m])', 'bytesPerSecond'],
    ['sum by (mode) (rate(node_cpu_seconds_total[1m]))', 'cores'],
    ['scrape_duration_seconds', 'seconds'],
    ['node_time_seconds', 'count'],
    ['up', 'count'],
  ]
  for (const [expression, kind] of cases) assert.equal(kindOfExpression(expression), kind, expression)
})
