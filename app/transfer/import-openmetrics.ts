import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { OpenMetricsParser } from '#lib/exposition'
import type { Labels } from '#lib/model'
import { BlockImport, compareSeries } from '#lib/tsdb'
import type { ImportReport, OnProgress } from './import-report.ts'

/** How much of a file is read at a time. */
const PIECE = 16 * 1024 * 1024
/** How many samples are gathered before they become a block. */
const GATHERED = 5_000_000
const NORMAL_NAN = 0x7ff8000000000001n
const EOF = '# EOF\n'

/** The samples of a series in the order of the file. */
interface Gathered {
  readonly labels: Labels
  readonly samples: [timeMs: number, value: number][]
}

/**
 * Copies the samples of an OpenMetrics file with timestamps into the folder of a store. It may be ended at any time; blocks that
 * are there already are not written again.
 */
export async function importOpenMetrics(
  file: string,
  folder: string,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<ImportReport> {
  using target = new BlockImport(folder)
  const { size, mtimeMs } = statSync(file)
  const id = createHash('sha256').update(`${file} ${size} ${mtimeMs}`).digest('hex').slice(0, 16)
  const report: ImportReport = { series: 0, samples: 0, sources: 0, known: 0, problems: [] }
  const seen = new Set<string>()
  let gathered = new Map<string, Gathered>()
  let held = 0
  const flush = () => {
    if (held === 0) return
    const name = `openmetrics ${id} ${report.sources++}`
    if (target.has(name)) report.known++
    else writeSeries(target, name, gathered)
    gathered = new Map()
    held = 0
  }
  for (const { bytes, firstLine, done } of piecesOf(file, size)) {
    signal.throwIfAborted()
    const parser = new OpenMetricsParser(bytes)
    while (parser.next()) {
      if (parser.kind !== 'series') continue
      if (!parser.hasTimestamp)
        throw new Error(`${file}: a sample of ${parser.name} has no timestamp: there is no time to put it`)
      const labels = parser.labels()
      let series = gathered.get(labels.key)
      if (!series) gathered.set(labels.key, (series = { labels, samples: [] }))
      series.samples.push([parser.timestampMs, parser.value])
      seen.add(labels.key)
      held++
      report.samples++
    }
    if (parser.err !== '') throw new Error(`${file}, counted from its line ${firstLine}: ${parser.err}`)
    report.series = seen.size
    if (held >= GATHERED) flush()
    onProgress(done, size, report)
    await new Promise((resolve) => setImmediate(resolve))
  }
  flush()
  return report
}

function writeSeries(target: BlockImport, name: string, gathered: ReadonlyMap<string, Gathered>): void {
  const list = [...gathered.values()].sort((a, b) => compareSeries(a.labels, b.labels))
  let [fromMs, toMs] = [Infinity, -Infinity]
  for (const { samples } of list) {
    samples.sort(([a], [b]) => a - b)
    fromMs = Math.min(fromMs, samples[0][0])
    toMs = Math.max(toMs, samples[samples.length - 1][0])
  }
  using writer = target.begin({ name, fromMs, toMs })
  for (const { labels, samples } of list) {
    // Of two at one time the first is kept.
    const own = samples.filter(([timeMs], i) => i === 0 || timeMs !== samples[i - 1][0])
    const times = Float64Array.from(own, ([timeMs]) => timeMs)
    writer.add({ labels, count: own.length, times, values: columnOf(own) })
  }
  writer.finish()
}

/** A NaN has the bits that Prometheus gives to one that was read. */
function columnOf(samples: readonly (readonly [number, number])[]): Float64Array {
  const values = Float64Array.from(samples, ([, value]) => value)
  const bits = new BigUint64Array(values.buffer)
  for (let i = 0; i < values.length; i++) if (values[i] !== values[i]) bits[i] = NORMAL_NAN
  return values
}

/** Pieces of whole lines, each an OpenMetrics text of its own. Throws where the file does not end with `# EOF`. */
function* piecesOf(
  file: string,
  size: number,
): Generator<{ bytes: Uint8Array; firstLine: number; done: number }, undefined> {
  const fd = openSync(file, 'r')
  try {
    let rest = Buffer.alloc(0)
    let firstLine = 1
    for (let done = 0; done < size;) {
      const read = Buffer.alloc(Math.min(PIECE, size - done))
      done += readSync(fd, read, 0, read.length, done)
      const all = Buffer.concat([rest, read])
      const isLast = done >= size
      if (isLast && !/(^|\n)# EOF\n?$/.test(all.toString('latin1', Math.max(0, all.length - 8))))
        throw new Error(`${file} does not end with # EOF: a part of it may be missing`)
      const end = isLast ? all.length : all.lastIndexOf('\n') + 1
      rest = all.subarray(end)
      if (end === 0) continue
      const lines = all.subarray(0, end)
      yield { bytes: isLast ? lines : Buffer.concat([lines, Buffer.from(EOF)]), firstLine, done }
      for (let at = lines.indexOf('\n'); at >= 0; at = lines.indexOf('\n', at + 1)) firstLine++
    }
    return undefined
  } finally {
    closeSync(fd)
  }
}
