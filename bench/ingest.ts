import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { end, freePort, sleep } from '../e2e/support/program.ts'
import { toolPath } from '../e2e/support/tools.ts'
import { benchBlocks } from './blocks.ts'
import { readUse } from './process-use.ts'
import type { Row } from './row.ts'
import { type BodyEncoding, startFleet } from './start-fleet.ts'

const TARGETS = 100
const SERIES = 1000
const INTERVAL_MS = 5000
/** A start may take so long. */
const READY_MS = 120_000

const root = join(import.meta.dirname, '..')

/** CPU per scraped sample, memory per series and the start after `kill -9`: ours, each peer's that is there and a bare receiver's, side by side on the same fleet. */
export async function benchIngest(seconds: number, encoding: BodyEncoding = 'plain'): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-bench-'))
  const fleet = startFleet(TARGETS, SERIES, encoding)
  let contestants: Contestant[] = []
  try {
    contestants = await startAll(folder, await fleet.ports)
    await sleep(3 * INTERVAL_MS) // every series is known; the first scrapes are not counted
    const before = contestants.map(({ child }) => readUse(child.pid ?? 0))
    await sleep(seconds * 1000)
    const after = contestants.map(({ child }) => readUse(child.pid ?? 0))
    const samples = (TARGETS * SERIES * seconds * 1000) / INTERVAL_MS
    const rows = contestants.flatMap(({ name: who }, i): Row[] => [
      {
        name: `CPU per scraped sample (${encoding}), µs`,
        who,
        value: ((after[i].cpuSeconds - before[i].cpuSeconds) / samples) * 1e6,
      },
      {
        name: `resident memory per series (${encoding}), bytes`,
        who,
        value: after[i].residentBytes / (TARGETS * SERIES),
      },
    ])
    return [...rows, ...(await restarts(contestants))]
  } finally {
    await Promise.all([fleet.child, ...contestants.map(({ child }) => child)].map((child) => end(child, 'SIGKILL')))
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What scraping costs with plain and packed bodies, and what samples take at rest. */
export async function benchStorage(seconds: number): Promise<Row[]> {
  return [...(await benchIngest(seconds)), ...(await benchIngest(seconds, 'gzip')), ...(await benchBlocks())]
}

interface Contestant {
  readonly name: string
  child: ChildProcess
  readonly start: () => ChildProcess
  /** Answers 200 once it is ready; none where there is nothing to be ready. */
  readonly readyUrl?: string
}

/** One after the other is killed and started again. */
async function restarts(contestants: readonly Contestant[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const contestant of contestants) {
    if (contestant.readyUrl === undefined) continue
    await end(contestant.child, 'SIGKILL')
    const startedMs = performance.now()
    contestant.child = contestant.start()
    await untilReady(contestant.readyUrl)
    rows.push({ name: 'start after kill -9, s', who: contestant.name, value: (performance.now() - startedMs) / 1000 })
  }
  return rows
}

async function untilReady(url: string): Promise<void> {
  const deadlineMs = performance.now() + READY_MS
  while (performance.now() < deadlineMs) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.status === 200) return
    await sleep(20)
  }
  throw new Error(`${url} was not ready within ${READY_MS / 1000} s`)
}

async function startAll(folder: string, ports: readonly number[]): Promise<Contestant[]> {
  const config = join(folder, 'prometheus.yml')
  const list = ports.map((port) => `'127.0.0.1:${port}'`).join(', ')
  writeFileSync(
    config,
    `global: {scrape_interval: ${INTERVAL_MS / 1000}s, scrape_timeout: 4s}\nscrape_configs:\n  - job_name: fleet\n    static_configs: [{targets: [${list}]}]\n`,
  )
  const contestant = (name: string, command: string, args: readonly string[], readyUrl?: string): Contestant => {
    const start = () => spawn(command, args, { stdio: 'ignore', cwd: folder })
    return { name, child: start(), start, ...(readyUrl === undefined ? {} : { readyUrl }) }
  }
  const [own, prometheus, victoria] = [await freePort(), await freePort(), await freePort()]
  const binnacle = [join(root, 'dist/release/binnacle.js'), 'server', `--config.file=${config}`]
  const folderFlag = `--storage.tsdb.path=${folder}/ours`
  const receiver = [join(root, 'bench/bare-receiver.ts'), String(INTERVAL_MS), ...ports.map(String)]
  const contestants = [
    contestant(
      'binnacle',
      process.execPath,
      [...binnacle, folderFlag, `--web.listen-address=127.0.0.1:${own}`],
      `http://127.0.0.1:${own}/-/ready`,
    ),
    contestant('bare receiver', process.execPath, receiver),
  ]
  const prometheusPath = toolPath('prometheus')
  if (prometheusPath !== undefined) {
    const args = [`--config.file=${config}`, `--storage.tsdb.path=${folder}/prometheus`]
    const flag = `--web.listen-address=127.0.0.1:${prometheus}`
    contestants.push(
      contestant('prometheus', prometheusPath, [...args, flag], `http://127.0.0.1:${prometheus}/-/ready`),
    )
  }
  const victoriaPath = toolPath('victoria-metrics')
  if (victoriaPath !== undefined) {
    const args = [`-promscrape.config=${config}`, `-storageDataPath=${folder}/victoria`]
    const flag = `-httpListenAddr=127.0.0.1:${victoria}`
    contestants.push(
      contestant('victoria-metrics', victoriaPath, [...args, flag], `http://127.0.0.1:${victoria}/health`),
    )
  }
  return contestants
}
