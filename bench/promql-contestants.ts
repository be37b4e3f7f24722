import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { end, freePort, sleep } from '../e2e/support/program.ts'
import { toolPath } from '../e2e/support/tools.ts'
import { benchSets } from './promql-data.ts'
import { remoteWrite } from './remote-write.ts'

const root = join(import.meta.dirname, '..')
const release = join(root, 'dist/release/binnacle.js')

/** A program that runs, with the queries' data in it. */
export interface Contestant {
  readonly name: string
  /** Below which the query API is. */
  readonly url: string
  child: ChildProcess
  start(): ChildProcess
}

/** What all of them scrape; read at their start. */
function configFile(folder: string): string {
  return join(folder, 'scrape.yml')
}

/** Has them scrape these ports of loopback every two seconds, from their next start on. */
export function scrape(folder: string, ports: readonly number[]): void {
  const targets = ports.map((port) => `'127.0.0.1:${port}'`).join(', ')
  const job = `scrape_configs:\n  - job_name: fleet\n    static_configs: [{targets: [${targets}]}]\n`
  writeFileSync(configFile(folder), `global: {scrape_interval: 2s, scrape_timeout: 2s}\n${ports.length > 0 ? job : ''}`)
}

/** Starts ours and every peer found on the machine, and fills them with the same samples. `started` grows with each. */
export async function prepare(started: Contestant[], folder: string, endMs: number): Promise<void> {
  mkdirSync(folder)
  const config = configFile(folder)
  scrape(folder, [])
  const { long, wide } = benchSets()
  execFileSync(process.execPath, [join(root, 'bench/promql-fill.ts'), join(folder, 'ours'), String(endMs)], {
    cwd: root,
  })
  started.push(await ours(folder, config))
  for (const make of [prometheus, victoriaMetrics]) {
    const peer = await make(folder, config)
    if (peer === undefined) continue
    started.push(peer)
    await isReady(peer)
    await remoteWrite(`${peer.url}/api/v1/write`, [long, wide], endMs)
  }
  await Promise.all(started.map(isReady))
}

async function contestant(
  name: string,
  program: string,
  args: (port: number) => readonly string[],
): Promise<Contestant> {
  const port = await freePort()
  const start = () => spawn(program, args(port), { stdio: 'ignore' })
  return { name, url: `http://127.0.0.1:${port}`, child: start(), start }
}

function ours(folder: string, config: string): Promise<Contestant> {
  return contestant('binnacle', process.execPath, (port) => [
    release,
    'server',
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'ours')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ])
}

function prometheus(folder: string, config: string): Promise<Contestant> | undefined {
  const program = toolPath('prometheus')
  if (program === undefined) return missing('prometheus')
  mkdirSync(join(folder, 'prometheus'))
  return contestant('prometheus', program, (port) => [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    '--web.enable-remote-write-receiver',
    `--web.listen-address=127.0.0.1:${port}`,
  ])
}

function victoriaMetrics(folder: string, config: string): Promise<Contestant> | undefined {
  const program = toolPath('victoria-metrics')
  if (program === undefined) return missing('victoria-metrics')
  return contestant('victoria-metrics', program, (port) => [
    `-storageDataPath=${join(folder, 'victoria')}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    `-promscrape.config=${config}`,
    '-search.disableCache',
    '-search.latencyOffset=0s',
    '-search.maxQueryDuration=120s',
    '-search.maxPointsPerTimeseries=100000',
    '-search.maxUniqueTimeseries=1000000',
  ])
}

function missing(name: string): undefined {
  process.stdout.write(`promql: without ${name}, which is not built (scripts/peers install ${name})\n`)
  return undefined
}

export async function isReady({ url, name }: Contestant): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`${url}/api/v1/query?query=1`).catch(() => undefined)
    if (answer?.ok === true) return
    await sleep(200)
  }
  throw new Error(`${name} does not answer within two minutes`)
}

/** How many chunks of ours are not in blocks. */
export async function chunksInHead({ url }: Contestant): Promise<number> {
  const answer = await fetch(`${url}/api/v1/status/tsdb`)
  const { data } = (await answer.json()) as { data: { headStats: { chunkCount: number } } }
  return data.headStats.chunkCount
}

export async function restart(one: Contestant): Promise<void> {
  await end(one.child, 'SIGTERM')
  one.child = one.start()
}
