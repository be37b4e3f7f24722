import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Labels } from '#lib/model'
import { OpenMetricsParser } from './openmetrics-parser.ts'
import { parseFloatText } from './parse-float.ts'
import type { Parser } from './parser.ts'
import { TextParser } from './text-parser.ts'
import { writeOpenMetrics } from './write-openmetrics.ts'
import { writeText } from './write-text.ts'

function read(parser: Parser): { rows: unknown[]; err: string } {
  const rows: unknown[] = []
  while (parser.next()) {
    if (parser.kind === 'series') {
      rows.push([parser.labels().toJSON(), parser.value, parser.hasTimestamp ? parser.timestampMs : undefined])
    } else rows.push([parser.kind, parser.kind === 'type' ? parser.type : parser.text])
  }
  return { rows, err: parser.err }
}

const text = (body: string) => read(new TextParser(Buffer.from(body)))
const openMetrics = (body: string) => read(new OpenMetricsParser(Buffer.from(body)))

test('exposition: the text parser reads metadata, loose spaces, quoted names and timestamps', () => {
  const body = '\n# HELP a b\\nc\n#\tTYPE a summary\n a { quantile = "1" , } NaN 12\n{"x.y","l\\"l"="\\n"}-Inf\n#x'
  assert.deepEqual(text(body), {
    rows: [
      ['help', 'b\nc'],
      ['type', 'summary'],
      [{ __name__: 'a', quantile: '1.0' }, Number.NaN, 12],
      [{ __name__: 'x.y', 'l"l': '\n' }, -Infinity, undefined],
      ['comment', '#x'],
    ],
    err: '',
  })
})

test('exposition: OpenMetrics has seconds, exemplars, units and an end', () => {
  const parser = new OpenMetricsParser(
    Buffer.from('# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total 1 1.5 # {t="x"} 2 3\n# EOF\n'),
  )
  assert.ok(parser.next() && parser.next() && parser.next())
  assert.equal(parser.unit, 'seconds')
  assert.equal(parser.timestampMs, 1500)
  assert.deepEqual(parser.exemplar?.labels.toJSON(), { t: 'x' })
  assert.deepEqual([parser.exemplar?.value, parser.exemplar?.timestampMs], [2, 3000])
  assert.equal(parser.next(), false)
  assert.equal(parser.err, '')
})

test('exposition: a mistake is told with line and column', () => {
  const cases: [string, string][] = [
    ['a 1\nb{c="d" 2\n', 'line 2, column 9: expected label name, got "2"'],
    ['a one\n', 'line 1, column 3: not a number: "one"'],
    ['a{b="1",b="2"} 1\n', 'line 1, column 1: label name "b" is not unique'],
    ['a 1e999\n', 'line 1, column 3: not a number: "1e999"'],
    ['a', 'line 1, column 2: expected value after metric, got the end of the body'],
    ['<html>', 'line 1, column 1: expected a metric name, got "<"'],
  ]
  for (const [body, err] of cases) assert.equal(text(body).err, err)
  assert.equal(openMetrics('a 1\n').err, 'line 2, column 1: data does not end with # EOF')
})

const name = fc.oneof(
  fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,6}$/),
  fc.string({ minLength: 1, maxLength: 5, unit: 'grapheme' }),
)
const family = fc.record({
  name: name.map((n) => n.replaceAll('\r', '')).filter((n) => n.isWellFormed()),
  help: fc.string({ maxLength: 5, unit: 'grapheme' }),
  type: fc.constantFrom('gauge', 'unknown'),
  metrics: fc.array(
    fc.record({
      labels: fc
        .dictionary(
          name.filter((n) => n !== '__name__'),
          fc.string({ minLength: 1, unit: 'grapheme' }),
          { maxKeys: 3 },
        )
        .map((o) => Object.entries(o).flat()),
      value: fc.double(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
})

test('exposition: what is written is read again, bit for bit, in both formats', () => {
  fc.assert(
    fc.property(fc.array(family, { maxLength: 4 }), (families) => {
      const expected = families.flatMap((f) =>
        f.metrics.map((m) => {
          const entries: Record<string, string> = Object.create(null)
          for (let i = 0; i < m.labels.length; i += 2) entries[m.labels[i]] = m.labels[i + 1]
          return [JSON.stringify(Labels.from({ ...entries, __name__: f.name })), m.value]
        }),
      )
      for (const parser of [new TextParser(writeText(families)), new OpenMetricsParser(writeOpenMetrics(families))]) {
        const rows: unknown[] = []
        while (parser.next()) {
          if (parser.kind === 'series') rows.push([JSON.stringify(parser.labels()), parser.value])
        }
        assert.equal(parser.err, '')
        assert.deepEqual(rows, expected)
      }
    }),
    { numRuns: 300 },
  )
})

test('exposition: no body makes a parser throw or stand still', () => {
  const alphabet = fc.constantFrom(
    'a',
    '{',
    '}',
    '"',
    '\\',
    '\n',
    ' ',
    '=',
    ',',
    '1',
    '.',
    '#',
    '# TYPE ',
    '# EOF',
    'é',
    '\0',
  )
  fc.assert(
    fc.property(fc.array(alphabet, { maxLength: 40 }), (parts) => {
      const bytes = Buffer.from(parts.join(''))
      for (const parser of [new TextParser(bytes), new OpenMetricsParser(bytes)]) {
        for (let last = -1; parser.next(); last = parser.pos) assert.ok(parser.pos > last)
        assert.equal(parser.next(), false)
      }
    }),
    { numRuns: 2000 },
  )
})

test('exposition: only decimal floats, infinities and NaN are numbers', () => {
  const cases: [string, number | undefined][] = [
    ['1', 1],
    ['+.5e3', 500],
    ['1.', 1],
    ['-infinity', -Infinity],
    ['nAn', Number.NaN],
    ['-nan', undefined],
    ['0x1', undefined],
    ['1_0', undefined],
    ['', undefined],
    ['1e309', undefined],
  ]
  for (const [from, value] of cases) assert.equal(parseFloatText(from), value, from)
})
