import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { compareLabels, counterResetHint, formatFloatG, formatLabelSet, Labels } from '#lib/model'
import { addBits } from './arbitrary.suite.ts'
import { type SeriesToWrite, writePrometheusBlock } from './block-writer.ts'
import { integerCounts } from './integer-counts.ts'
import type { NativeHistogram } from './native-histogram.ts'
import { SampleColumns } from './sample-columns.ts'

const built = join(process.env['BINNACLE_TOOLS'] ?? join(homedir(), '.cache/binnacle-tools'), 'peers/promtool')
const promtool = [built, '/usr/bin/promtool'].find((path) => existsSync(path))
const skip =
  promtool === undefined &&
  'promtool is not on this machine: scripts/peers install promtool, or Debian: apt-get install prometheus'
/** These dump no histograms. */
const OLD = /version 2\.[0-4]?\d\./
const START = 1_700_000_000_000

function floats(count: number, valueOf: (i: number) => number): SampleColumns {
  const view = new DataView(new ArrayBuffer(8))
  const columns = new SampleColumns()
  for (let i = 0; i < count; i++) {
    view.setFloat64(0, valueOf(i))
    addBits(columns, START + i * 15_000 + (i % 3), view.getBigUint64(0), undefined)
  }
  return columns
}

function histogram(i: number, isInteger: boolean): NativeHistogram {
  const n = BigInt(i + 1)
  const counts = integerCounts({ count: 6n * n, zeroCount: n, positiveBuckets: [2n * n, n], negativeBuckets: [2n * n] })
  return {
    ...counts,
    isInteger,
    counterResetHint: counterResetHint.unknown,
    schema: 0,
    zeroThreshold: 2 ** -128,
    sum: 0,
    positiveSpans: [{ offset: 1, length: 2 }],
    negativeSpans: [{ offset: 0, length: 1 }],
    customValues: [],
  }
}

function histograms(count: number, isInteger: boolean): SampleColumns {
  const columns = new SampleColumns()
  // The sum is 2.
  for (let i = 0; i < count; i++) addBits(columns, START + i * 15_000, 0x4000000000000000n, histogram(i, isInteger))
  return columns
}

function series(): SeriesToWrite[] {
  const specials = [NaN, Infinity, -Infinity, -0, 0, 1e300, 5e-324, 0.1]
  const of = (name: string, samples: SampleColumns) => ({
    labels: Labels.from({ __name__: name, path: '/日本', text: 'a "quote" \\ and\nmore' }),
    samples,
  })
  const list = Array.from({ length: 40 }, (_, k) => ({
    labels: Labels.from({ __name__: 'counter_total', k: String(k) }),
    samples: floats(300, (i) => i * k),
  }))
  list.push(
    of(
      'special',
      floats(250, (i) => specials[i % specials.length]),
    ),
    of('histogram', histograms(200, true)),
    of('float_histogram', histograms(200, false)),
  )
  return list.sort((a, b) => compareLabels(a.labels, b.labels))
}

test('block: promtool lists, analyzes and dumps what we write', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-data-'))
  try {
    mkdirSync(join(folder, 'wal'))
    const written = (await writePrometheusBlock(folder, series()))!
    const run = (...args: string[]) => execFileSync(promtool!, ['tsdb', ...args], { encoding: 'utf8', stdio: 'pipe' })
    const row = run('list', folder).trim().split('\n').at(-1)!.trim().split(/\s+/)
    assert.deepEqual([row[0], ...row.slice(4, 7)], [written.ulid, '12650', String(written.chunks), '43'])
    assert.match(run('analyze', folder), /^Block ID: .*\n.*\n(Total )?Series: 43$/m)
    const dump = run('dump', folder).trim().split('\n').sort()
    const version = execFileSync(promtool!, ['--version'], { encoding: 'utf8' })
    const expected = series().flatMap(linesOf).sort()
    assert.deepEqual(dump, OLD.test(version) ? expected.filter((line) => !line.includes('{count:')) : expected)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function linesOf({ labels, samples }: SeriesToWrite): string[] {
  return Array.from({ length: samples.count }, (_, i) => {
    const found = samples.histograms?.[i]
    const value = found ? textOf(found) : formatFloatG(samples.values[i])
    return `${formatLabelSet(labels)} ${value} ${samples.times[i]}`
  })
}

/** As promtool prints the histograms of this test. */
function textOf({
  count,
  zeroCount,
  positiveBuckets: [first, second],
  negativeBuckets: [below],
}: NativeHistogram): string {
  const zero = `[-2.938735877055719e-39,2.938735877055719e-39]:${zeroCount}`
  return `{count:${count}, sum:2, [-1,-0.5):${below}, ${zero}, (1,2]:${first}, (2,4]:${second}}`
}
