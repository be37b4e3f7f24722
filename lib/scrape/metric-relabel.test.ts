import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { TextParser } from '#lib/exposition'
import { BodyBuffer } from '#lib/http'
import { Labels } from '#lib/model'
import { defaultRelabelConfig, type RelabelConfig, Relabeler } from '#lib/relabel'
import { LineMatcher } from './line-matcher.ts'
import { defaultPoolOptions, type PoolOptions } from './pool.ts'
import { RecordingAppender } from './recording-appender.ts'
import { sampleLabels } from './sample-labels.ts'

const encoder = new TextEncoder()
const rule = (config: Partial<RelabelConfig>): RelabelConfig => ({ ...defaultRelabelConfig, ...config })

class Bench {
  readonly appender = new RecordingAppender()
  readonly group = this.appender.openGroup('test')
  readonly matcher: LineMatcher
  readonly target: Labels

  constructor(options: Partial<PoolOptions>, target: Record<string, string> = { job: 'j' }) {
    this.target = Labels.from(target)
    this.matcher = new LineMatcher(this.group, this.target, { ...defaultPoolOptions, ...options })
  }

  scrape(text: string): string {
    const body = new BodyBuffer()
    const bytes = encoder.encode(text)
    body.append(bytes, 0, bytes.length)
    this.group.begin(this.appender.commits.length + 1)
    this.matcher.begin(body, 'text')
    for (let steps = 0; !this.matcher.step(body); steps++) assert.ok(steps < 1000)
    if (this.matcher.err !== '') this.group.rollback()
    else {
      this.group.commit()
      this.matcher.accept()
    }
    return this.matcher.err
  }

  keys(): string[] {
    return [...this.appender.last()].filter(([, value]) => value !== 'stale').map(([key]) => key)
  }
}

/** Every line parsed, merged and relabelled anew. */
function plain(text: string, rules: readonly RelabelConfig[], target: Labels): [string, number][] {
  const parser = new TextParser(encoder.encode(text))
  const relabeler = new Relabeler(rules)
  const samples: [string, number][] = []
  while (parser.next()) {
    if (parser.kind !== 'series') continue
    const labels = relabeler.run(sampleLabels(parser.labels(), target, false))
    if (labels && labels.size > 0) samples.push([JSON.stringify(labels), parser.value])
  }
  return samples
}

const name = fc.constantFrom('a', 'b', 'job', 'le', '__name__')
const rules = fc.array(
  fc.oneof(
    fc
      .tuple(fc.constantFrom('keep' as const, 'drop' as const), name, fc.constantFrom('m1', 'm.*', '1|2', '', '(.*)'))
      .map(([action, source, regex]) => rule({ action, source_labels: [source], regex })),
    fc
      .tuple(name, fc.constantFrom('a', 'b', 'c', '__name__'), fc.constantFrom('(.+)', 'm(.)', '(.*)'))
      .map(([source, target_label, regex]) =>
        rule({ source_labels: [source], target_label, regex, replacement: target_label === '__name__' ? 'n$1' : '$1' }),
      ),
    fc.constantFrom('a', 'b|le', 'job').map((regex) => rule({ action: 'labeldrop', regex })),
  ),
  { maxLength: 3 },
)
const line = fc
  .tuple(
    fc.constantFrom('m1', 'm2', 'm1{a="1"}', 'm2{a="1",b="2"}', 'm3{job="x"}', 'm3{le="1"}', '# TYPE m1 counter'),
    fc.nat(9),
    fc.constantFrom('', '', ' 5'),
  )
  .map(([series, value, time]) => (series.startsWith('#') ? series : `${series} ${value}${time}`))
const bodies = fc.array(fc.array(line, { maxLength: 8 }), { minLength: 1, maxLength: 5 })

test('scrape: metric_relabel_configs give what relabelling every line anew gives', () => {
  fc.assert(
    fc.property(rules, bodies, (metricRelabel, texts) => {
      const bench = new Bench({ metricRelabel })
      for (const lines of texts) {
        const text = lines.map((one) => `${one}\n`).join('')
        const expected = plain(text, metricRelabel, bench.target)
        assert.equal(bench.scrape(text), '')
        const got = (bench.appender.commits.at(-1) ?? []).map(({ key, value }) => [key, value] as const)
        assert.deepEqual(got.slice(0, expected.length), expected)
        for (const [, value] of got.slice(expected.length)) assert.equal(value, 'stale')
        assert.equal(bench.matcher.samples - bench.matcher.dropped, expected.length)
      }
    }),
    { numRuns: 2000 },
  )
})

test('scrape: a dropped line is not asked for again, and makes no series and no stale marker', () => {
  const bench = new Bench({ metricRelabel: [rule({ action: 'drop', source_labels: ['__name__'], regex: 'b' })] })
  for (const body of ['a 1\nb 2\nb{x="1"} 3\n', 'a 2\nb 3\n', 'a 3\nb 4\n', 'a 3\n']) {
    assert.equal(bench.scrape(body), '')
  }
  assert.ok(bench.appender.commits.flat().every(({ key }) => !key.includes('"b"')))
  assert.equal(bench.appender.commits.flat().length, 4)
})

test('scrape: limits count what the rules keep, and a sample without a name fails the scrape', () => {
  const drops = rule({ action: 'drop', source_labels: ['__name__'], regex: 'b' })
  assert.equal(new Bench({ metricRelabel: [drops], sampleLimit: 1 }).scrape('a 1\nb 1\nb{c="1"} 1\n'), '')
  assert.match(new Bench({ metricRelabel: [drops], sampleLimit: 1 }).scrape('a 1\nb 1\nc 1\n'), /sample limit exceeded/)
  const nameless = rule({ action: 'labeldrop', regex: '__name__' })
  assert.equal(new Bench({ metricRelabel: [nameless] }).scrape('a 1\n'), 'missing metric name (__name__ label)')
})

test('scrape: samples of objects cannot forge their namespace, by honor_labels or by rules', () => {
  const target = { job: 'j', namespace: 'own' }
  const forge = rule({ target_label: 'namespace', replacement: 'kube-system' })
  const cases: [Partial<PoolOptions>, Record<string, string>, string[]][] = [
    [{ honorLabels: true }, target, ['{"__name__":"a","exported_namespace":"x","job":"y","namespace":"own"}']],
    [{ honorLabels: false }, { job: 'j' }, ['{"__name__":"a","exported_job":"y","exported_namespace":"x","job":"j"}']],
    [
      { honorLabels: true, metricRelabel: [forge] },
      target,
      ['{"__name__":"a","exported_namespace":"x","job":"y","namespace":"own"}'],
    ],
    [
      { honorLabels: true, metricRelabel: [forge] },
      { job: 'j' },
      ['{"__name__":"a","exported_namespace":"x","job":"y"}'],
    ],
  ]
  for (const [options, labels, keys] of cases) {
    const bench = new Bench({ ...options, untrusted: true }, labels)
    bench.scrape('a{namespace="x",job="y"} 1\n')
    assert.deepEqual(bench.keys(), keys)
  }
  const trusted = new Bench({ honorLabels: true }, target)
  trusted.scrape('a{namespace="x"} 1\n')
  assert.deepEqual(trusted.keys(), ['{"__name__":"a","job":"j","namespace":"x"}'])
})
