import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { end, freePort, sleep } from '../e2e/support/program.ts'
import { toolPath } from '../e2e/support/tools.ts'
import { readUse } from './process-use.ts'
import type { Row } from './row.ts'
import { startFleet } from './start-fleet.ts'

const TARGETS = 100
const SERIES = 1000
const INTERVAL_MS = 5000

const root = join(import.meta.dirname, '..')

/** CPU per scraped sample and memory per series: ours, Prometheus' and a bare receiver's, side by side on the same fleet. */
export async function benchIngest(seconds: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-bench-'))
  const fleet = startFleet(TARGETS, SERIES)
  const started: ChildProcess[] = [fleet.child]
  try {
    const ports = await fleet.ports
    const contestants = await start(folder, ports)
    started.push(...contestants.map(({ child }) => child))
    await sleep(3 * INTERVAL_MS) // every series is known; the first scrapes are not counted
    const before = contestants.map(({ child }) => readUse(child.pid ?? 0))
    await sleep(seconds * 1000)
    const after = contestants.map(({ child }) => readUse(child.pid ?? 0))
    const samples = (TARGETS * SERIES * seconds * 1000) / INTERVAL_MS
    return contestants.flatMap(({ name }, i): Row[] => [
      {
        name: 'CPU per scraped sample, µs',
        who: name,
        value: ((after[i].cpuSeconds - before[i].cpuSeconds) / samples) * 1e6,
      },
      { name: 'resident memory per series, bytes', who: name, value: after[i].residentBytes / (TARGETS * SERIES) },
    ])
  } finally {
    await Promise.all(started.map((child) => end(child, 'SIGKILL')))
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Contestant {
  readonly name: string
  readonly child: ChildProcess
}

async function start(folder: string, ports: readonly number[]): Promise<Contestant[]> {
  const config = join(folder, 'prometheus.yml')
  const list = ports.map((port) => `'127.0.0.1:${port}'`).join(', ')
  writeFileSync(
    config,
    `global: {scrape_interval: ${INTERVAL_MS / 1000}s, scrape_timeout: 4s}\nscrape_configs:\n  - job_name: fleet\n    static_configs: [{targets: [${list}]}]\n`,
  )
  const run = (command: string, args: readonly string[]) => spawn(command, args, { stdio: 'ignore', cwd: folder })
  const contestants: Contestant[] = [
    {
      name: 'binnacle',
      child: run(process.execPath, [
        join(root, 'dist/release/binnacle.js'),
        'server',
        `--config.file=${config}`,
        `--storage.tsdb.path=${folder}/ours`,
        `--web.listen-address=127.0.0.1:${await freePort()}`,
      ]),
    },
    {
      name: 'bare receiver',
      child: run(process.execPath, [join(root, 'bench/bare-receiver.ts'), String(INTERVAL_MS), ...ports.map(String)]),
    },
  ]
  const prometheus = toolPath('prometheus')
  if (prometheus !== undefined) {
    contestants.push({
      name: 'prometheus',
      child: run(prometheus, [
        `--config.file=${config}`,
        `--storage.tsdb.path=${folder}/prometheus`,
        `--web.listen-address=127.0.0.1:${await freePort()}`,
      ]),
    })
  }
  return contestants
}
