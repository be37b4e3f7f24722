import assert from 'node:assert/strict'
import { test } from 'node:test'
import { processFamilies } from './process.ts'
import { mergeFamilies, Registry, type TelemetryFamily } from './registry.ts'

function family(name: string, thread: string): TelemetryFamily {
  return { name, help: '', type: 'gauge', metrics: [{ labels: ['thread', thread], value: 1 }] }
}

function value(name: string): number {
  return processFamilies().find((one) => one.name === name)?.metrics[0]?.value ?? NaN
}

test('telemetry: a counter keeps one value for each set of labels', () => {
  const registry = new Registry()
  const counter = registry.counter('requests_total', 'Requests.')
  counter.add(1, 'code', '200')
  counter.add(2, 'code', '200')
  counter.add(1, 'code', '500')
  assert.deepEqual(registry.collect(), [
    {
      name: 'requests_total',
      help: 'Requests.',
      type: 'counter',
      metrics: [
        { labels: ['code', '200'], value: 3 },
        { labels: ['code', '500'], value: 1 },
      ],
    },
  ])
})

test('telemetry: the buckets of a timer add up, and a bound counts what equals it', () => {
  const timer = new Registry().timer('seconds', 'Time.', [0.1, 1])
  for (const seconds of [0.05, 0.1, 0.5, 7]) timer.observe(seconds)
  const rows = timer.family().metrics.map(({ suffix, labels, value }) => [suffix, labels.join('='), value])
  assert.deepEqual(rows, [
    ['_bucket', 'le=0.1', 2],
    ['_bucket', 'le=1', 3],
    ['_bucket', 'le=+Inf', 4],
    ['_sum', '', 7.65],
    ['_count', '', 4],
  ])
})

test('telemetry: families of several threads are joined by name and put in order', () => {
  const merged = mergeFamilies([[family('b', '1'), family('a', '1')], [family('b', '2')]])
  assert.deepEqual(
    merged.map(({ name, metrics }) => [name, metrics.length]),
    [
      ['a', 1],
      ['b', 2],
    ],
  )
})

test('telemetry: the process metrics are those of this process', () => {
  assert.ok(value('process_cpu_seconds_total') > 0)
  assert.ok(value('process_resident_memory_bytes') > 1e7)
  assert.ok(Math.abs(value('process_start_time_seconds') - (Date.now() / 1000 - process.uptime())) < 2)
})
