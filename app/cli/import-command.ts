import { Command } from 'commander'
import type { ImportReport, OnProgress } from '../transfer/import-report.ts'
import type { Progress } from '../transfer/progress.ts'
import { storeOption } from './export-command.ts'
import { examples } from './examples.ts'
import { runToEnd } from './run-role.ts'

interface ImportFlags {
  readonly 'storage.tsdb.path': string
}

type Import = (onProgress: OnProgress, signal: AbortSignal) => Promise<ImportReport>

/** Takes over what another program has stored. */
export function importCommand(): Command {
  return new Command('import')
    .description('copy what another program has stored into a store; no server may have the store open')
    .addCommand(prometheusCommand())
    .addCommand(openMetricsCommand())
    .addHelpText(
      'after',
      examples('binnacle import prometheus /var/lib/prometheus', 'binnacle import openmetrics all.om'),
    )
}

function prometheusCommand(): Command {
  return new Command('prometheus')
    .description("copy Prometheus' data folder: blocks, head chunks and write-ahead log; stop Prometheus first")
    .argument('<folder>', 'its --storage.tsdb.path')
    .addOption(storeOption())
    .addHelpText(
      'after',
      examples(
        'binnacle import prometheus /var/lib/prometheus',
        'binnacle import prometheus data/ --storage.tsdb.path /var/lib/binnacle   again after an interruption: it goes on',
      ),
    )
    .action((from: string, flags: ImportFlags) =>
      runToEnd(async () => {
        const { importPrometheus } = await import('../transfer/import-prometheus.ts')
        const folder = flags['storage.tsdb.path']
        await run((onProgress, signal) => importPrometheus(from, folder, onProgress, signal))
      }),
    )
}

function openMetricsCommand(): Command {
  return new Command('openmetrics')
    .description('copy a file of OpenMetrics whose samples have timestamps')
    .argument('<file>')
    .addOption(storeOption())
    .addHelpText('after', examples('binnacle import openmetrics all.om'))
    .action((file: string, flags: ImportFlags) =>
      runToEnd(async () => {
        const { importOpenMetrics } = await import('../transfer/import-openmetrics.ts')
        const folder = flags['storage.tsdb.path']
        await run((onProgress, signal) => importOpenMetrics(file, folder, onProgress, signal))
      }),
    )
}

/** Shows how far it is; a first Ctrl-C ends it in an orderly way. */
async function run(work: Import): Promise<void> {
  const { Progress: Bar } = await import('../transfer/progress.ts')
  const stop = new AbortController()
  const onSignal = () => stop.abort(new Error('interrupted: the same command goes on behind what is done'))
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  const report = await shown(new Bar('imported'), work, stop.signal)
  for (const problem of report.problems) process.stderr.write(`left out: ${problem}\n`)
  process.stderr.write(`${reportText(report)}\n`)
}

async function shown(bar: Progress, work: Import, signal: AbortSignal): Promise<ImportReport> {
  using progress = bar
  return await work((done, total, { samples }) => progress.tell(done, total, `${samples} samples`), signal)
}

function reportText({ series, samples, sources, known }: ImportReport): string {
  const again = known > 0 ? `; ${known} of ${sources} blocks were there already` : ''
  return `${samples} samples of ${series} series were imported${again}`
}
