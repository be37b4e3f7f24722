import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, sleep } from '../e2e/support/program.ts'
import { readUse } from './process-use.ts'
import { benchSets } from './promql-data.ts'
import { type BenchQuery, benchQueries, type QueryClass } from './promql-queries.ts'
import { remoteWrite } from './remote-write.ts'
import type { Row } from './row.ts'

const root = join(import.meta.dirname, '..')
const peers = join(process.env['BINNACLE_TOOLS'] ?? join(homedir(), '.cache/binnacle-tools'), 'peers')
const release = join(root, 'dist/release/binnacle.js')

/** Shares of the peer's time that are promised, as geometric means of a class; a small one may take so many ms more. */
const BARS: Readonly<Record<QueryClass, Readonly<Record<string, number>>>> = {
  heavy: { prometheus: 0.15, 'victoria-metrics': 0.7 },
  large: { prometheus: 0.4, 'victoria-metrics': 0.6 },
  small: {},
}
const SMALL_MORE_MS = 0.3
const WARM_UPS = 4

interface Contestant {
  readonly name: string
  /** Below which the query API is. */
  readonly url: string
  child: ChildProcess
  start(): ChildProcess
}

/** Median times of a query by contestant, in milliseconds, and CPU seconds of all rounds. */
interface Measured {
  readonly query: BenchQuery
  readonly wallMs: ReadonlyMap<string, number>
  readonly cpuMs: ReadonlyMap<string, number>
  readonly points: number
}

/**
 * The same queries over the same data in ours, Prometheus and VictoriaMetrics, one after the other in each round, with
 * caches off. Native histograms are left out: they cannot be written to all three.
 */
export async function benchPromql(rounds: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-promql-'))
  const endMs = Math.floor((Date.now() - 60_000) / 15_000) * 15_000
  const contestants = await prepare(folder, endMs)
  try {
    const rows: Row[] = []
    rows.push(...(await state('in the head', contestants, endMs, rounds)))
    for (const contestant of contestants) await restart(contestant)
    await Promise.all(contestants.map(isReady))
    rows.push(...(await state('after a restart', contestants, endMs, rounds)))
    return rows
  } finally {
    await Promise.all(contestants.map(({ child }) => end(child, 'SIGKILL')))
    rmSync(folder, { recursive: true, force: true })
  }
}

async function prepare(folder: string, endMs: number): Promise<Contestant[]> {
  const config = join(folder, 'empty.yml')
  writeFileSync(config, 'global: {scrape_interval: 1m}\n')
  const { long, wide } = benchSets()
  execFileSync(process.execPath, [join(root, 'bench/promql-fill.ts'), join(folder, 'ours'), String(endMs)], {
    cwd: root,
  })
  const contestants = [await ours(folder, config)]
  for (const make of [prometheus, victoriaMetrics]) {
    const peer = await make(folder, config)
    if (peer === undefined) continue
    contestants.push(peer)
    await isReady(peer)
    await remoteWrite(`${peer.url}/api/v1/write`, [long, wide], endMs)
  }
  await Promise.all(contestants.map(isReady))
  return contestants
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
  const program = join(peers, 'prometheus')
  if (!existsSync(program)) return missing('prometheus')
  mkdirSync(join(folder, 'prometheus'))
  return contestant('prometheus', program, (port) => [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    '--web.enable-remote-write-receiver',
    `--web.listen-address=127.0.0.1:${port}`,
  ])
}

function victoriaMetrics(folder: string): Promise<Contestant> | undefined {
  const program = join(peers, 'victoria-metrics')
  if (!existsSync(program)) return missing('victoria-metrics')
  return contestant('victoria-metrics', program, (port) => [
    `-storageDataPath=${join(folder, 'victoria')}`,
    `-httpListenAddr=127.0.0.1:${port}`,
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

async function isReady({ url, name }: Contestant): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`${url}/api/v1/query?query=1`).catch(() => undefined)
    if (answer?.ok === true) return
    await sleep(200)
  }
  throw new Error(`${name} does not answer within two minutes`)
}

async function restart(one: Contestant): Promise<void> {
  await end(one.child, 'SIGTERM')
  one.child = one.start()
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}

async function state(name: string, contestants: readonly Contestant[], endMs: number, rounds: number): Promise<Row[]> {
  // A server that has run for a while has met its queries before, in each of its threads.
  for (let times = 0; times < WARM_UPS; times++)
    for (const query of benchQueries) for (const one of contestants) await (await ask(one, query, endMs)).arrayBuffer()
  process.stdout.write(`\npromql, ${name}: medians of ${rounds} in ms, CPU ms a query in brackets\n`)
  const measured: Measured[] = []
  for (const query of benchQueries) {
    const one = await measure(query, contestants, endMs, rounds)
    measured.push(one)
    process.stdout.write(lineOf(one, contestants))
  }
  return (['heavy', 'large', 'small'] as const).flatMap((kind) => summary(name, kind, measured, contestants))
}

async function measure(
  query: BenchQuery,
  contestants: readonly Contestant[],
  endMs: number,
  rounds: number,
): Promise<Measured> {
  const answers = new Map<string, Answer>()
  for (const one of contestants) answers.set(one.name, await parsed(await ask(one, query, endMs))) // not counted
  const points = agree(query, answers)
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]))
  const cpu = new Map(contestants.map(({ name }) => [name, 0]))
  for (let round = 0; round < rounds; round++) {
    for (const one of contestants) {
      const before = readUse(one.child.pid ?? 0).cpuSeconds
      const started = performance.now()
      const answer = await ask(one, query, endMs)
      await answer.arrayBuffer()
      times.get(one.name)?.push(performance.now() - started)
      cpu.set(one.name, (cpu.get(one.name) ?? 0) + readUse(one.child.pid ?? 0).cpuSeconds - before)
    }
  }
  return {
    query,
    points,
    wallMs: new Map([...times].map(([name, all]) => [name, median(all)])),
    cpuMs: new Map([...cpu].map(([name, seconds]) => [name, (seconds * 1000) / rounds])),
  }
}

function ask({ url }: Contestant, { expr, rangeMs, stepMs }: BenchQuery, endMs: number): Promise<Response> {
  const at: Record<string, string> =
    stepMs === 0
      ? { time: String(endMs / 1000) }
      : { start: String((endMs - rangeMs) / 1000), end: String(endMs / 1000), step: String(stepMs / 1000) }
  const params = new URLSearchParams({ query: expr, nocache: '1', ...at })
  return fetch(`${url}/api/v1/${stepMs === 0 ? 'query' : 'query_range'}?${params.toString()}`)
}

/** The values of an answer by the labels of their series. */
type Answer = Map<string, readonly (readonly [number, string])[]>

interface Result {
  readonly metric: Readonly<Record<string, string>>
  readonly value?: readonly [number, string]
  readonly values?: readonly (readonly [number, string])[]
}

async function parsed(answer: Response): Promise<Answer> {
  const json = (await answer.json()) as {
    status: string
    error?: string
    data: { resultType: string; result: unknown }
  }
  if (json.status !== 'success') throw new Error(json.error)
  if (json.data.resultType === 'scalar') return new Map([['', [json.data.result as [number, string]]]])
  return new Map(
    (json.data.result as Result[]).map(({ metric, value, values }) => [
      JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1))),
      values ?? (value === undefined ? [] : [value]),
    ]),
  )
}

/** Ours and Prometheus' answers are the same to six digits; VictoriaMetrics computes rates its own way. */
function agree(query: BenchQuery, answers: ReadonlyMap<string, Answer>): number {
  const own = answers.get('binnacle') ?? new Map()
  const theirs = answers.get('prometheus')
  let points = 0
  for (const values of own.values()) points += values.length
  if (theirs === undefined) return points
  if (own.size !== theirs.size) throw new Error(`${query.expr}: ${own.size} series, Prometheus ${theirs.size}`)
  for (const [labels, values] of theirs) {
    const mine = own.get(labels)
    if (mine?.length !== values.length)
      throw new Error(`${query.expr}: ${labels}: ${mine?.length} of ${values.length} values`)
    for (const [i, [time, text]] of values.entries()) {
      const [a, b] = [Number(mine[i][1]), Number(text)]
      if (mine[i][0] !== time || !(Object.is(a, b) || Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b))))
        throw new Error(`${query.expr}: ${labels} at ${time}: ${a}, Prometheus ${b}`)
    }
  }
  return points
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function lineOf({ query, wallMs, cpuMs, points }: Measured, contestants: readonly Contestant[]): string {
  const own = wallMs.get('binnacle') ?? NaN
  const parts = contestants.map(({ name }) => {
    const wall = wallMs.get(name) ?? NaN
    const ratio = name === 'binnacle' ? '' : ` ours ${(own / wall).toFixed(2)}×`
    return `${name} ${wall.toFixed(1)} (${(cpuMs.get(name) ?? NaN).toFixed(0)})${ratio}`
  })
  return `${query.id.padEnd(9)} ${parts.join('  ')}  ${points} points  ${query.expr.slice(0, 90)}\n`
}

/** The geometric means of a class, beside what was promised. */
function summary(
  name: string,
  kind: QueryClass,
  measured: readonly Measured[],
  contestants: readonly Contestant[],
): Row[] {
  const of = measured.filter(({ query }) => query.kind === kind)
  const mean = (value: (one: Measured) => number) =>
    Math.exp(of.reduce((sum, one) => sum + Math.log(value(one)), 0) / of.length)
  return contestants
    .filter((one) => one.name !== 'binnacle')
    .flatMap((peer): Row[] => {
      const share = mean(({ wallMs }) => (wallMs.get('binnacle') ?? NaN) / (wallMs.get(peer.name) ?? NaN))
      const cpu = mean(
        ({ cpuMs }) => Math.max(0.5, cpuMs.get('binnacle') ?? NaN) / Math.max(0.5, cpuMs.get(peer.name) ?? NaN),
      )
      const title = `promql, ${name}: ${kind}, share of ${peer.name}`
      const rows: Row[] = [
        { name: `${title}, wall`, who: 'binnacle', value: share, limit: BARS[kind][peer.name] },
        { name: `${title}, CPU`, who: 'binnacle', value: cpu },
      ]
      if (kind !== 'small' || peer.name !== 'prometheus') return rows
      const more = Math.max(...of.map(({ wallMs }) => (wallMs.get('binnacle') ?? NaN) - (wallMs.get(peer.name) ?? NaN)))
      return [
        ...rows,
        {
          name: `promql, ${name}: small, most ms beyond prometheus`,
          who: 'binnacle',
          value: more,
          limit: SMALL_MORE_MS,
        },
      ]
    })
}
