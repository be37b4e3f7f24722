import { closeSync, openSync, renameSync, writeSync } from 'node:fs'
import { Command, Option } from 'commander'
import { type Matcher, parseDuration } from '#lib/model'
import { parseSelector } from '#lib/promql'
import { examples } from './examples.ts'
import { checked } from './options.ts'
import { runToEnd } from './run-role.ts'
import type { ExportRange, ExportReport } from '../transfer/export-openmetrics.ts'

/** What the commands that read or write a store without a server have in common. */
interface StoreFlags {
  readonly 'storage.tsdb.path': string
}

interface ExportFlags extends StoreFlags {
  readonly match: readonly Matcher[][]
  readonly start: number
  readonly end: number
}

interface PrometheusFlags extends ExportFlags {
  readonly blockDuration: number
}

/** Takes data out of a store: nobody is locked in. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write what the store holds in formats that other programs read; no server may have the store open')
    .addCommand(openMetricsCommand())
    .addCommand(prometheusCommand())
    .addHelpText('after', examples('binnacle export prometheus blocks/', 'binnacle export openmetrics all.om'))
}

function openMetricsCommand(): Command {
  const command = new Command('openmetrics')
    .description('write samples as OpenMetrics with timestamps, a line each')
    .argument('[file]', 'where to; - is standard output', '-')
    .addHelpText(
      'after',
      examples(
        'binnacle export openmetrics all.om',
        `binnacle export openmetrics --match 'up' --start 2026-11-01T00:00:00Z - | gzip > up.om.gz`,
        'promtool tsdb create-blocks-from openmetrics all.om data/   blocks for Prometheus',
      ),
    )
    .action((file: string, flags: ExportFlags) => runToEnd(() => exportOpenMetrics(file, flags)))
  for (const option of rangeOptions()) command.addOption(option)
  return command
}

function prometheusCommand(): Command {
  const command = new Command('prometheus')
    .description('write blocks that Prometheus takes into its data folder')
    .argument('<folder>', 'where to')
    .addOption(
      new Option('--block-duration <duration>', 'what a block spans')
        .argParser(checked((text) => parseDuration(text)))
        .default(7_200_000, '2h'),
    )
    .addHelpText(
      'after',
      examples(
        'binnacle export prometheus blocks/',
        'promtool tsdb analyze blocks/',
        'mv blocks/* /var/lib/prometheus/   with Prometheus stopped',
      ),
    )
    .action((to: string, flags: PrometheusFlags) => runToEnd(() => exportBlocks(to, flags)))
  for (const option of rangeOptions()) command.addOption(option)
  return command
}

/** The folder of the store. */
export function storeOption(): Option {
  return new Option('--storage.tsdb.path <folder>', 'the folder of the store').default('./data')
}

function rangeOptions(): Option[] {
  return [
    storeOption(),
    new Option('--match <selector>', 'only series that it selects, such as \'up{job="node"}\' (repeat for more)')
      .argParser((text: string, before: readonly Matcher[][] | undefined) => [...(before ?? []), readSelector(text)])
      .default([]),
    new Option('--start <time>', 'only samples from here on: Unix seconds or RFC 3339')
      .argParser(checked(readTime))
      .default(Number.MIN_SAFE_INTEGER, 'the first one'),
    new Option('--end <time>', 'only samples up to here')
      .argParser(checked(readTime))
      .default(Number.MAX_SAFE_INTEGER, 'the last one'),
  ]
}

async function exportOpenMetrics(file: string, flags: ExportFlags): Promise<void> {
  const [{ openOffline }, { openMetricsOf }, { Progress }] = await Promise.all([
    import('../transfer/offline-store.ts'),
    import('../transfer/export-openmetrics.ts'),
    import('../transfer/progress.ts'),
  ])
  await using store = openOffline(flags['storage.tsdb.path'])
  const report = { series: 0, samples: 0, staleMarkers: 0, histograms: 0 }
  // A file appears whole or not at all.
  const temp = `${file}.tmp`
  const fd = file === '-' ? process.stdout.fd : openSync(temp, 'w')
  using progress = new Progress('exported')
  for (const { text, done, total } of openMetricsOf(store.reader, rangeOf(flags), report)) {
    writeAll(fd, text)
    progress.tell(done, total, `${report.samples} samples`)
  }
  if (file !== '-') {
    closeSync(fd)
    renameSync(temp, file)
  }
  process.stderr.write(`${reportText(report)}\n`)
}

async function exportBlocks(to: string, flags: PrometheusFlags): Promise<void> {
  const [{ openOffline }, { exportPrometheus }, { Progress }] = await Promise.all([
    import('../transfer/offline-store.ts'),
    import('../transfer/export-prometheus.ts'),
    import('../transfer/progress.ts'),
  ])
  await using store = openOffline(flags['storage.tsdb.path'])
  using progress = new Progress('exported')
  const { blocks, samples } = await exportPrometheus(
    store.reader,
    to,
    rangeOf(flags),
    flags.blockDuration,
    (done, total, report) => progress.tell(done, total, `${report.samples} samples`),
  )
  process.stderr.write(`${samples} samples were written in ${blocks} blocks below ${to}\n`)
}

function rangeOf({ match, start, end }: ExportFlags): ExportRange {
  return { matcherSets: match, startMs: start, endMs: end }
}

const readSelector = checked((text) => parseSelector(text))

function readTime(text: string): number {
  const ms = /^-?\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : Date.parse(text)
  if (!Number.isFinite(ms))
    throw new Error(`${JSON.stringify(text)} is no time: write it as 1764201600 or 2026-11-27T00:00:00Z`)
  return ms
}

/** A pipe may take a part at a time. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

function reportText({ series, samples, staleMarkers, histograms }: ExportReport): string {
  const left = [
    ...(histograms > 0 ? [`${histograms} native histograms, which OpenMetrics 1.0 cannot hold`] : []),
    ...(staleMarkers > 0 ? [`${staleMarkers} ends of series`] : []),
  ]
  return `${samples} samples of ${series} series were written${left.length > 0 ? `; left out: ${left.join(', ')}` : ''}`
}
