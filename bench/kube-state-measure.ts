import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { freePort, sleep } from '../e2e/support/program.ts'
import type { ApiServer } from './api-server.ts'
import { clusterCounts, updatePods } from './kube-state-fill.ts'
import type { MemoryLimit } from './memory-limit.ts'
import { readUse } from './process-use.ts'

const SCRAPES = 5
const UPDATE_SECONDS = 30
const UPDATES_A_SECOND = 50

/** What is measured of one program. */
export interface Measured {
  readonly firstSeconds: number
  readonly peakBytes: number
  readonly settledBytes: number
  readonly scrapeSeconds: number
  readonly plainScrapeSeconds: number
  readonly updateShare: number
  readonly scrapeAfterUpdatesSeconds: number
  /** Of its control group, where it ran in one. */
  readonly groupPeakBytes: number
}

/** Runs one program on the API server and measures it, from its start on; inside a limit of memory, where one is given. */
export async function measureKubeState(
  api: ApiServer,
  program: string,
  args: readonly string[],
  limit?: MemoryLimit,
): Promise<Measured> {
  const [port, telemetry] = [await freePort(), await freePort()]
  const flags = [
    `--kubeconfig=${api.kubeconfig}`,
    '--host=127.0.0.1',
    `--port=${port}`,
    '--telemetry-host=127.0.0.1',
    `--telemetry-port=${telemetry}`,
  ]
  const started = performance.now()
  const [command, words] = limit?.inside(program, [...args, ...flags]) ?? [program, [...args, ...flags]]
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    const measured = await measureStarted(api, child, `http://127.0.0.1:${port}/metrics`, started)
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${program} has ended before its time`)
    return { ...measured, groupPeakBytes: limit?.peakBytes ?? 0 }
  } finally {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
}

async function measureStarted(
  api: ApiServer,
  child: ChildProcess,
  url: string,
  started: number,
): Promise<Omit<Measured, 'groupPeakBytes'>> {
  const pid = child.pid ?? 0
  const firstSeconds = await firstComplete(url, started)
  const scrapeSeconds = await scrapes(pid, url, 'gzip')
  const plainScrapeSeconds = await scrapes(pid, url, 'identity')
  await sleep(20_000)
  const settledBytes = readUse(pid).residentBytes
  const beforeUpdates = readUse(pid).cpuSeconds
  await updatePods(api, UPDATE_SECONDS, UPDATES_A_SECOND)
  const updateShare = (readUse(pid).cpuSeconds - beforeUpdates) / UPDATE_SECONDS
  const scrapeAfterUpdatesSeconds = await scrapes(pid, url, 'gzip', 1)
  return {
    firstSeconds,
    peakBytes: peakOf(pid),
    settledBytes,
    scrapeSeconds,
    plainScrapeSeconds,
    updateShare,
    scrapeAfterUpdatesSeconds,
  }
}

function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024
}

/** Seconds until an answer had every object. */
async function firstComplete(url: string, started: number): Promise<number> {
  for (let i = 0; i < 600; i++) {
    const body = await scrape(url, 'gzip').catch(() => undefined)
    const seconds = (performance.now() - started) / 1000
    if (body !== undefined && isComplete(gunzipSync(body))) return seconds
    await sleep(100)
  }
  throw new Error(`no complete answer of ${url} within minutes`)
}

function isComplete(text: Buffer): boolean {
  const has = (needle: string, count: number): boolean => {
    let found = 0
    for (let at = text.indexOf(needle); at !== -1 && found < count; at = text.indexOf(needle, at + 1)) found++
    return found >= count
  }
  return (
    has('kube_pod_info{', clusterCounts.pods) &&
    has('kube_node_info{', clusterCounts.nodes) &&
    has('kube_deployment_created{', clusterCounts.deployments) &&
    has('kube_secret_info{', clusterCounts.secrets) &&
    has('kube_configmap_info{', clusterCounts.configMaps)
  )
}

/** CPU seconds of the program for one scrape. */
async function scrapes(pid: number, url: string, encoding: string, times = SCRAPES): Promise<number> {
  const before = readUse(pid).cpuSeconds
  for (let i = 0; i < times; i++) {
    await scrape(url, encoding)
    await sleep(1000)
  }
  return (readUse(pid).cpuSeconds - before) / times
}

/** Prometheus' request, read to its end and thrown away unless it is wanted. */
function scrape(url: string, encoding: string): Promise<Buffer> {
  const accept = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4'
  return new Promise((resolve, reject) => {
    const sent = get(url, { headers: { accept, 'accept-encoding': encoding } }, (response: IncomingMessage) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => {
        if (encoding === 'gzip') chunks.push(chunk)
      })
      response.on('end', () => resolve(Buffer.concat(chunks)))
      response.on('error', reject)
    })
    sent.on('error', reject)
  })
}
