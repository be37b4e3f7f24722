import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MetricFamily } from './family.ts'
import { negotiate } from './negotiate.ts'
import { writeOpenMetrics } from './write-openmetrics.ts'
import { writeText } from './write-text.ts'

const requests: MetricFamily = {
  name: 'requests_total',
  help: 'Two\nlines and a \\ and a "',
  type: 'counter',
  metrics: [
    { labels: ['path', '/a"b', 'code', '200'], value: 2_000_000, timestampMs: 1500 },
    { labels: [], value: 9_007_199_254_740_993n, exemplar: { labels: ['trace', 'x'], value: 1, timestampMs: 2000 } },
    { suffix: '_created', labels: [], value: 1.5 },
  ],
}
const latency: MetricFamily = {
  name: 'latency.seconds',
  help: '',
  type: 'histogram',
  unit: 'seconds',
  metrics: [
    { suffix: '_bucket', labels: ['le', '1'], value: 3 },
    { suffix: '_sum', labels: [], value: 1 },
    { suffix: '_count', labels: [], value: 3 },
  ],
}

test('exposition: text 0.0.4 escapes help, values and names', () => {
  assert.equal(
    Buffer.from(writeText([requests, { ...latency, metrics: [] }, latency])).toString(),
    [
      '# HELP requests_total Two\\nlines and a \\\\ and a "',
      '# TYPE requests_total counter',
      'requests_total{path="/a\\"b",code="200"} 2e+06 1500',
      'requests_total 9007199254740993',
      '# TYPE "latency.seconds" histogram',
      '{"latency.seconds_bucket",le="1"} 3',
      '{"latency.seconds_sum"} 1',
      '{"latency.seconds_count"} 3',
      '',
    ].join('\n'),
  )
})

test('exposition: OpenMetrics drops _total from the family, writes floats with a point and ends in # EOF', () => {
  assert.equal(
    Buffer.from(writeOpenMetrics([requests, latency], { escaping: 'underscores' })).toString(),
    [
      '# HELP requests Two\\nlines and a \\\\ and a \\"',
      '# TYPE requests counter',
      'requests_total{path="/a\\"b",code="200"} 2e+06 1.5',
      'requests_total 9007199254740993 # {trace="x"} 1.0 2.0',
      'requests_created 1.5',
      '# TYPE latency_seconds histogram',
      '# UNIT latency_seconds seconds',
      'latency_seconds_bucket{le="1.0"} 3',
      'latency_seconds_sum 1.0',
      'latency_seconds_count 3',
      '# EOF',
      '',
    ].join('\n'),
  )
})

test('exposition: the reader gets the format it likes best of those that we write', () => {
  const prometheus =
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1'
  assert.equal(
    negotiate(prometheus).contentType,
    'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
  )
  assert.equal(negotiate(undefined).contentType, 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores')
  assert.equal(negotiate('application/vnd.google.protobuf').format, 'text')
})
