import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Labels, newMatcher } from '#lib/model'
import { BlockReader } from './block-reader.ts'
import { type BlockSeries, writeBlock } from './block-writer.ts'
import { SampleColumns } from './sample-columns.ts'

/**
 * Bytes per sample with index, and the speed of writing and reading, of 2000 jittery counters × 374 samples, beside the
 * blocks that promtool makes of the very same samples: `node lib/tsdb/block.bench.ts [--rows]` (--rows: the sizes as JSON).
 */
const SERIES = 2000
const SAMPLES = 374
/** At the start of a block of two hours: Prometheus cuts its blocks there. */
const START_MS = 248_600 * 7_200_000

const promtool = join(process.env['BINNACLE_TOOLS'] ?? join(homedir(), '.cache/binnacle-tools'), 'peers/promtool')

/** The same series at each call: a counter's increments are spread ±50 % around its rate. */
function* counters(): Generator<BlockSeries> {
  let seed = 1
  const random = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return seed / 2 ** 32
  }
  const times = Float64Array.from({ length: SAMPLES }, (_, i) => START_MS + 15_000 * i)
  const values = new Float64Array(SAMPLES)
  for (let s = 0; s < SERIES; s++) {
    const rate = 10 + 1000 * random()
    let sum = Math.floor(random() * 1e6)
    for (let i = 0; i < SAMPLES; i++) values[i] = sum += Math.floor(rate * (0.5 + random()))
    const pod = `app-${String(s).padStart(5, '0')}`
    const instance = `10.0.0.${s % 20}:9100`
    const labels = Labels.from({ __name__: 'http_requests_total', pod, instance, namespace: `ns-${s % 10}` })
    yield { labels, count: SAMPLES, times, values }
  }
}

/** The series as OpenMetrics text with times. */
function writeOpenMetrics(path: string): void {
  const fd = openSync(path, 'wx')
  try {
    writeSync(fd, '# TYPE http_requests counter\n')
    for (const { labels, count, times, values } of counters()) {
      const pairs = ['namespace', 'instance', 'pod'].map((name) => `${name}="${labels.get(name)}"`)
      const head = `http_requests_total{${pairs.join(',')}}`
      let text = ''
      for (let i = 0; i < count; i++) text += `${head} ${values[i]} ${times[i] / 1000}\n`
      writeSync(fd, text)
    }
    writeSync(fd, '# EOF\n')
  } finally {
    closeSync(fd)
  }
}

/** Bytes of all files below a folder. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0)
}

/** Bytes of Prometheus' blocks of the series; undefined where promtool is absent. */
function peerBytes(folder: string): number | undefined {
  if (!existsSync(promtool)) return undefined
  const text = join(folder, 'counters.txt')
  const blocks = join(folder, 'prometheus')
  mkdirSync(blocks)
  writeOpenMetrics(text)
  execFileSync(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', text, blocks], {
    stdio: 'pipe',
    timeout: 120_000,
  })
  for (const block of readdirSync(blocks)) {
    const meta = JSON.parse(readFileSync(join(blocks, block, 'meta.json'), 'utf8')) as { stats: { numSamples: number } }
    if (meta.stats.numSamples !== SERIES * SAMPLES) throw new Error(`promtool took ${meta.stats.numSamples} samples`)
  }
  return bytesIn(blocks)
}

const folder = mkdtempSync(join(tmpdir(), 'block-bench-'))
try {
  const start = performance.now()
  const meta = writeBlock(join(folder, 'ours'), {
    minTimeMs: START_MS,
    maxTimeMs: START_MS + 7_200_000,
    series: counters(),
  })
  const written = performance.now()
  using reader = BlockReader.open(join(folder, 'ours', meta.ulid))
  const ids = reader.postings([newMatcher('__name__', '=', 'http_requests_total')])
  const columns = new SampleColumns()
  let samples = 0
  const readAll = () => {
    for (const id of ids) {
      columns.clear()
      reader.read(id, 0, 2e12, columns)
      columns.endSeries()
      samples += columns.count
    }
  }
  readAll()
  const cold = performance.now()
  samples = 0
  readAll()
  const warm = performance.now()
  const ours = bytesIn(join(folder, 'ours')) / samples
  const peer = peerBytes(folder)
  if (process.argv.includes('--rows')) {
    const name = 'block bytes per sample, with index'
    const rows = [{ name, who: 'binnacle', value: ours }]
    if (peer !== undefined) rows.push({ name, who: 'prometheus', value: peer / samples })
    console.log(JSON.stringify(rows))
  } else {
    console.log(`${ours.toFixed(3)} bytes per sample with index (${samples} samples)`)
    if (peer === undefined) console.log('no promtool here to compare with')
    else console.log(`Prometheus ${(peer / samples).toFixed(3)}: ${(peer / samples / ours).toFixed(2)} × ours`)
    console.log(`write ${(((written - start) * 1e6) / samples).toFixed(1)} ns per sample`)
    console.log(`read ${(cold - written).toFixed(1)} ms cold, ${(warm - cold).toFixed(1)} ms warm`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
