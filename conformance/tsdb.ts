import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { formatFloatG, formatLabelSet } from '#lib/model'
import {
  PrometheusBlockReader,
  Problems,
  type SampleColumns,
  type SeriesSamples,
  writePrometheusBlock,
} from '#lib/prometheus-data'
import type { Report } from './suite.ts'
import { compare } from './tally.ts'

/**
 * Blocks of Prometheus and what promtool dumps of them. A case for each series of a block, that its lines are those of the dump;
 * one that no series is missing or damaged; one for the numbers of meta.json; and for each series that it is the same after the block
 * was written by us and read again.
 */
export async function run(folder: string, report: Report): Promise<void> {
  const expected = linesBySeries(gunzipSync(readFileSync(join(folder, 'dump.txt.gz'))).toString())
  const blocks = readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory())
  const missing = new Set(expected.keys())
  for (const block of blocks) {
    const problems = new Problems()
    using reader = new PrometheusBlockReader(join(folder, block))
    const counted = { numSamples: 0, numSeries: 0 }
    for (const series of reader.series(problems)) {
      const labels = formatLabelSet(series.labels)
      if (series.samples.histograms) report.skip(`${block} ${labels}`, 'the dump of histograms is not compared')
      else compare(report, `${block} ${labels}`, expected.get(labels), linesOf(series))
      missing.delete(labels)
      counted.numSeries++
      counted.numSamples += series.samples.count
    }
    compare(report, `${block} is whole`, [], problems.list)
    const { numSamples, numSeries } = reader.meta.stats
    compare(report, `${block} holds what its meta.json says`, { numSamples, numSeries }, counted)
    await runRoundTrip(block, reader, report)
  }
  compare(report, 'every series of the dump is in a block', [], [...missing])
}

/** A label set at the begin of a line. */
const LABELS = /^\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}/

/** Lines of `{labels} value time` by their labels. */
function linesBySeries(dump: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const line of dump.split('\n').filter((text) => text !== '')) {
    const labels = LABELS.exec(line)?.[0] ?? line
    const lines = found.get(labels)
    if (lines) lines.push(line)
    else found.set(labels, [line])
  }
  return found
}

function linesOf({ labels, samples }: SeriesSamples): string[] {
  const text = formatLabelSet(labels)
  return Array.from({ length: samples.count }, (_, i) => {
    return `${text} ${formatFloatG(samples.values[i])} ${samples.times[i]}`
  })
}

async function runRoundTrip(block: string, reader: PrometheusBlockReader, report: Report): Promise<void> {
  const temp = mkdtempSync(join(tmpdir(), 'tsdb-conformance-'))
  try {
    const problems = new Problems()
    const written = await writePrometheusBlock(temp, reader.series(problems))
    using again = new PrometheusBlockReader(written?.folder ?? temp)
    const copies = again.series(problems)
    for (const { labels, samples } of reader.series(problems)) {
      const copy = copies.next().value as SeriesSamples | undefined
      const shown = copy && { labels: copy.labels.pairs, ...bitsOf(copy.samples) }
      compare(
        report,
        `${block} ${formatLabelSet(labels)} written again`,
        { labels: labels.pairs, ...bitsOf(samples) },
        shown,
      )
    }
    compare(report, `${block} written again is whole`, [[], true], [problems.list, copies.next().done])
  } finally {
    rmSync(temp, { recursive: true })
  }
}

/** Times, and the words of the values: a comparison of numbers would take one NaN for another. */
function bitsOf({ count, times, words }: SampleColumns): object {
  return { times: times.slice(0, count), words: words.slice(0, 2 * count) }
}
