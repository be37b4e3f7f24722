import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { NumberCursor, OpenMetricsParser, TextParser } from '#lib/exposition'
import { BodyBuffer } from '#lib/http'
import { Labels } from '#lib/model'
import { type LineFormat, LineMatcher } from './line-matcher.ts'
import { defaultPoolOptions, type PoolOptions } from './pool.ts'
import { RecordingAppender } from './recording-appender.ts'

const encoder = new TextEncoder()

function bufferOf(text: string): BodyBuffer {
  const buffer = new BodyBuffer()
  const bytes = encoder.encode(text)
  buffer.append(bytes, 0, bytes.length)
  return buffer
}

class Bench {
  readonly appender = new RecordingAppender()
  readonly group = this.appender.openGroup('test')
  readonly matcher: LineMatcher
  #timeMs = 0

  constructor(options: Partial<PoolOptions> = {}) {
    this.matcher = new LineMatcher(this.group, Labels.from({ job: 'j' }), { ...defaultPoolOptions, ...options })
  }

  /** Matches a body and commits it; the error, or ''. */
  scrape(text: string, format: LineFormat = 'text'): string {
    const body = bufferOf(text)
    this.group.begin(++this.#timeMs)
    this.matcher.begin(body, format)
    for (let steps = 0; !this.matcher.step(body); steps++) assert.ok(steps < 1000)
    if (this.matcher.err === '') {
      this.group.commit()
      this.matcher.accept()
    } else this.group.rollback()
    return this.matcher.err
  }
}

/** What the plain parser makes of a body: the last value of each series, or the error. */
function plain(text: string, format: LineFormat): { samples: [string, number, number | undefined][]; err: string } {
  const bytes = encoder.encode(text)
  const parser = format === 'text' ? new TextParser(bytes) : new OpenMetricsParser(bytes)
  const samples: [string, number, number | undefined][] = []
  while (parser.next()) {
    if (parser.kind !== 'series') continue
    const labels = parser.labels()
    const job = labels.get('job')
    const merged = labels.with(job === '' ? { job: 'j' } : { job: 'j', exported_job: job })
    samples.push([JSON.stringify(merged), parser.value, parser.hasTimestamp ? parser.timestampMs : undefined])
  }
  return { samples, err: parser.err }
}

const odd = fc.constantFrom('a 1e999', 'b x', '# TYPE a nonsense', 'a{le="1"', 'b 1 2 3', 'a{l="1",l="2"} 1', '{} 1')
const series = fc.constantFrom(
  'a',
  'b',
  'a_long_name_of_a_metric',
  'c_total',
  'a{l="x"}',
  'b{l="a longer value"}',
  'a{le="1"}',
  'a{le="1.0"}',
  'c_total{quantile="0.5",l="\\n"}',
  'b{job="own"}',
  '{"a.b",l="1"}',
)
const value = fc.oneof(
  fc.double().map((v) => (v === Infinity ? '+Inf' : String(v))),
  fc.integer().map(String),
  fc.constantFrom('1e+06', '0.1', '-0', '1e22', '1.5e-7', '00', 'Inf', '1.'),
)
const metadata = fc.constantFrom(
  '# TYPE a histogram',
  '# TYPE a gauge',
  '# TYPE c_total summary',
  '# HELP a text',
  '# HELP b longer text of help',
  '# HELP c_total ',
)
const lines = {
  text: fc.oneof(
    {
      weight: 300,
      arbitrary: fc
        .tuple(
          series,
          fc.constantFrom(' ', ' ', '  ', '\t'),
          value,
          fc.constantFrom('', '', '', ' ', ' 12', ' 1700000000000', '\t-7'),
        )
        .map((parts) => parts.join('')),
    },
    { weight: 60, arbitrary: metadata },
    { weight: 30, arbitrary: fc.constantFrom('# x', '#', '', '  ') },
    { weight: 1, arbitrary: odd },
  ),
  openmetrics: fc.oneof(
    {
      weight: 300,
      arbitrary: fc
        .tuple(
          series,
          fc.constant(' '),
          value,
          fc.constantFrom('', '', '', ' 12', ' 1.5', ' # {t="1"} 2', ' 3 # {} 2 4'),
        )
        .map((parts) => parts.join('')),
    },
    { weight: 60, arbitrary: metadata },
    { weight: 1, arbitrary: odd },
  ),
}
const editsOf = (line: fc.Arbitrary<string>) =>
  fc.array(fc.record({ at: fc.nat(30), remove: fc.nat(3), insert: fc.array(line, { maxLength: 3 }) }), {
    maxLength: 3,
  })

function bodiesOf(
  first: readonly string[],
  changes: readonly { at: number; remove: number; insert: string[] }[][],
): string[][] {
  const bodies = [[...first]]
  for (const step of changes) {
    const next = [...(bodies.at(-1) ?? [])]
    for (const { at, remove, insert } of step) next.splice(Math.min(at, next.length), remove, ...insert)
    bodies.push(next)
  }
  return bodies
}

for (const format of ['text', 'openmetrics'] as const) {
  test(`scrape: matching ${format} lines against the last body gives what the plain parser gives`, () => {
    const tail = format === 'text' ? '' : '# EOF\n'
    let accepted = 0
    const line = lines[format]
    const first = fc.array(line, { maxLength: 20 })
    fc.assert(
      fc.property(first, fc.array(editsOf(line), { maxLength: 5 }), fc.boolean(), (begin, changes, ends) => {
        const bench = new Bench()
        let present = new Map<string, boolean>()
        for (const [i, body] of bodiesOf(begin, changes).entries()) {
          const text = body.join('\n') + (ends ? '\n' : '') + tail
          const expected = plain(text, format)
          assert.equal(bench.scrape(text, format), expected.err)
          if (expected.err !== '') continue
          accepted++
          const now = new Map<string, boolean>()
          const samples: [string, number | 'stale', number][] = expected.samples.map(([key, value, time]) => {
            now.set(key, time === undefined)
            return [key, value, time ?? i + 1]
          })
          const got = (bench.appender.commits.at(-1) ?? []).map((s) => [s.key, s.value, s.timeMs])
          assert.deepEqual(got.slice(0, samples.length), samples)
          const gone = new Set(
            got.slice(samples.length).map(([key, value]) => (value === 'stale' ? key : assert.fail())),
          )
          for (const key of gone) assert.ok(present.has(String(key)) && !now.has(String(key)))
          for (const [key, isTracked] of present) if (isTracked && !now.has(key)) assert.ok(gone.has(key), key)
          present = now
        }
      }),
      { numRuns: 1500 },
    )
    assert.ok(accepted > 2000, `only ${accepted} bodies were valid`)
  })
}

test('scrape: numbers are read to the last bit', () => {
  const cursor = new NumberCursor()
  const text = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.integer().map(String),
    fc.tuple(fc.bigInt(-(10n ** 17n), 10n ** 17n), fc.nat(20)).map(([m, s]) => `${m}e-${s}`),
    fc
      .tuple(fc.nat(999_999), fc.nat(999_999_999), fc.integer({ min: -30, max: 30 }))
      .map(([a, b, e]) => `${a}.${b}e${e}`),
    fc.constantFrom('1.', '.5', '-.5', '007', '0.00000000000000000001'),
  )
  fc.assert(
    fc.property(text, (number) => {
      assert.ok(cursor.read(encoder.encode(`${number}\n`), 0))
      assert.ok(Object.is(cursor.value, Number(number)), `${number}: ${cursor.value}`)
      assert.equal(cursor.pos, number.length)
    }),
    { numRuns: 20_000 },
  )
  for (const wrong of ['', '-', '.', '1e', '1e+', '1x', '0x1', '1_0', '1e999', '--1', '1{']) {
    assert.equal(cursor.read(encoder.encode(`${wrong}\n`), 0), false, wrong)
  }
})

test('scrape: series that leave the body get a stale marker, once', () => {
  const bench = new Bench()
  bench.scrape('a 1\nb 2\nc 3\n')
  assert.equal(bench.matcher.added, 3)
  bench.scrape('a 1\nc 3\n')
  assert.equal(bench.matcher.added, 0)
  assert.equal(bench.appender.last().get('{"__name__":"b","job":"j"}'), 'stale')
  bench.scrape('a 1\nc 3\n')
  assert.equal(bench.appender.last().size, 2)
})

test('scrape: changed help and type reach the store', () => {
  const bench = new Bench()
  bench.scrape('# HELP a one\n# TYPE a gauge\na 1\n')
  bench.scrape('# HELP a two\n# TYPE a counter\na 1\n')
  assert.deepEqual(bench.appender.metadata.get('a'), { help: 'two', type: 'counter' })
})

test('scrape: own labels of a sample give way or are honored', () => {
  const bench = new Bench()
  bench.scrape('a{job="x",exported_job="y"} 1\n')
  assert.deepEqual(
    [...bench.appender.last().keys()],
    ['{"__name__":"a","exported_exported_job":"x","exported_job":"y","job":"j"}'],
  )
  const honoring = new Bench({ honorLabels: true })
  honoring.scrape('a{job="x"} 1\n')
  assert.deepEqual([...honoring.appender.last().keys()], ['{"__name__":"a","job":"x"}'])
})

test('scrape: limits refuse the whole body and make no series beyond them', () => {
  assert.match(new Bench({ sampleLimit: 2 }).scrape('a 1\nb 1\nc 1\n'), /sample limit exceeded/)
  assert.equal(new Bench({ sampleLimit: 3 }).scrape('a 1\nb 1\nc 1\n'), '')
  assert.match(
    new Bench({ labelLimit: 2 }).scrape('a{x="1"} 1\n'),
    /label_limit exceeded \(metric: a, number of labels: 3/,
  )
  assert.match(
    new Bench({ labelNameLengthLimit: 8 }).scrape('a{long_name="1"} 1\n'),
    /label_name_length_limit exceeded/,
  )
  assert.match(new Bench({ labelValueLengthLimit: 3 }).scrape('a{x="1234"} 1\n'), /label_value_length_limit exceeded/)
})

test('scrape: a huge line is refused, and a huge help is cut', () => {
  const huge = 'x'.repeat(2 << 20)
  assert.match(new Bench().scrape(`a{b="${huge}"} 1\n`), /^a series is longer than 1 MiB \(metric: a\)$/)
  assert.match(new Bench().scrape(`${huge} 1\n`), /^a series is longer than 1 MiB/)
  const bench = new Bench()
  assert.equal(bench.scrape(`# HELP a ${huge}\na 1\n`), '')
  assert.equal(bench.appender.metadata.get('a')?.help?.length, 16 * 1024)
})

test('scrape: a body longer than one step is matched in several', () => {
  const bench = new Bench()
  const body = Array.from({ length: 30_000 }, (_, i) => `some_longer_name_of_a_metric_for_size{i="${i}"} ${i}\n`).join(
    '',
  )
  assert.equal(bench.scrape(body), '')
  assert.equal(bench.scrape(body), '')
  assert.equal(bench.appender.last().size, 30_000)
})
