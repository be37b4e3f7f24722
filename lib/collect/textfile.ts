import { join } from 'node:path'
import type { MetricFamily } from '#lib/exposition'
import { PartialDataError, type CollectContext, type Collector } from './collector.ts'
import { Families } from './families.ts'
import { mergeTextFamilies, parseTextFamilies, type TextFile } from './textfile-families.ts'

/** A folder or file that does not answer in this time counts as hanging. */
const READ_TIMEOUT_MS = 800

/** Metrics that other programs leave in files. The folders may lie on any mount, so a child reads them. */
export const textfile: Collector = {
  name: 'textfile',
  description: 'Exposes statistics read from local disk. The `--collector.textfile.directory` flag must be set.',
  enabledByDefault: true,
  flags: [
    {
      name: 'collector.textfile.directory',
      type: 'strings',
      default: [],
      help: 'Directory to read text files with metrics from, supports glob matching. (repeatable)',
    },
  ],
  open: (context) => {
    const globs = context.flags.list('collector.textfile.directory').filter((glob) => glob !== '')
    return () => (globs.length === 0 ? summary([], false) : collect(context, globs))
  },
}

async function collect(context: CollectContext, globs: readonly string[]): Promise<MetricFamily[]> {
  const { paths, isBroken, late } = await listFiles(context, globs)
  const answers = await Promise.all(paths.map((path) => context.probe.read(path, READ_TIMEOUT_MS)))
  const files: TextFile[] = []
  let hasError = isBroken
  for (const [i, answer] of answers.entries()) {
    if (answer === 'late') late.push(paths[i])
    const file = answer === 'late' || answer instanceof Error ? undefined : parseTextFamilies(paths[i], answer)
    if (file) files.push(file)
    else hasError = true
  }
  const { families, isConsistent } = mergeTextFamilies(files)
  const found = [...families, ...summary(files, hasError || !isConsistent || late.length > 0)]
  if (late.length > 0) throw new PartialDataError(`no answer in ${READ_TIMEOUT_MS} ms: ${late.join(', ')}`, found)
  return found
}

interface Listing {
  readonly paths: readonly string[]
  readonly isBroken: boolean
  /** Folders that did not answer in time. */
  readonly late: string[]
}

async function listFiles(context: CollectContext, globs: readonly string[]): Promise<Listing> {
  const answers = await Promise.all(globs.map((glob) => context.probe.list(glob, READ_TIMEOUT_MS)))
  const paths: string[] = []
  const late: string[] = []
  let isBroken = false
  for (const [i, answer] of answers.entries()) {
    if (answer === 'late') late.push(globs[i])
    if (answer === 'late' || answer instanceof Error) {
      isBroken = true
      continue
    }
    for (const [folder, names] of answer) {
      if (names === null) isBroken = true
      for (const name of names ?? []) if (name.endsWith('.prom')) paths.push(join(folder, name))
    }
  }
  return { paths, isBroken, late }
}

function summary(files: readonly TextFile[], hasError: boolean): MetricFamily[] {
  const families = new Families()
  for (const { path, changedSeconds } of files) {
    families.gauge('node_textfile_mtime_seconds', 'Unixtime mtime of textfiles successfully read.', changedSeconds, [
      'file',
      path,
    ])
  }
  families.gauge(
    'node_textfile_scrape_error',
    '1 if there was an error opening or reading a file, 0 otherwise',
    hasError ? 1 : 0,
  )
  return families.done()
}
