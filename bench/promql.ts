import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { end, sleep } from '../e2e/support/program.ts'
import { median } from './median.ts'
import { readUse } from './process-use.ts'
import { agree, type Answer, ask, parsed, receive } from './promql-answers.ts'
import { chunksInHead, type Contestant, isReady, prepare, restart, scrape } from './promql-contestants.ts'
import { type BenchQuery, benchQueries, type QueryClass } from './promql-queries.ts'
import type { Row } from './row.ts'
import { startFleet } from './start-fleet.ts'

/** Shares of the peer's time that are promised, as geometric means of a class; those of small ones may be so many ms apart. */
const BARS: Readonly<Record<QueryClass, Readonly<Record<string, number>>>> = {
  heavy: { prometheus: 0.15, 'victoria-metrics': 0.7 },
  large: { prometheus: 0.4, 'victoria-metrics': 0.6 },
  small: {},
}
const SMALL_MORE_MS = 0.3
const WARM_UPS = 4
/** A millisecond is measured so many times as often: more of it is chance. */
const SMALL_ROUNDS = 10
/** Of the fleet: 10,000 samples a second for each of them. */
const TARGETS = 20
const SERIES = 1000
/** Then the newest sample is older than what a store keeps out of blocks. */
const OLD_MS = 4 * 3_600_000

/** Median times of a query by contestant, in milliseconds, and CPU seconds of all rounds. */
interface Measured {
  readonly query: BenchQuery
  readonly wallMs: ReadonlyMap<string, number>
  readonly cpuMs: ReadonlyMap<string, number>
  readonly points: number
}

/**
 * The same queries over the same data in ours, Prometheus and VictoriaMetrics, one after the other in each round, with
 * caches off: written a moment ago, while all three scrape a fleet, and hours old, which is in blocks with us. Native
 * histograms are left out: they cannot be written to all three.
 */
export async function benchPromql(rounds: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-promql-'))
  try {
    return [...(await overNewData(join(folder, 'new'), rounds)), ...(await overOldData(join(folder, 'old'), rounds))]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The end of data that is so old: whole scrapes. */
function endOfData(ageMs: number): number {
  return Math.floor((Date.now() - ageMs) / 15_000) * 15_000
}

async function overNewData(folder: string, rounds: number): Promise<Row[]> {
  const endMs = endOfData(60_000)
  const contestants: Contestant[] = []
  const fleet = startFleet(TARGETS, SERIES)
  try {
    const ports = await fleet.ports
    await prepare(contestants, folder, endMs)
    const rows = await state('just written', contestants, endMs, rounds)
    scrape(folder, ports)
    for (const contestant of contestants) await restart(contestant)
    await Promise.all(contestants.map(isReady))
    return [...rows, ...(await state('while a fleet is scraped', contestants, endMs, rounds))]
  } finally {
    await Promise.all([fleet.child, ...contestants.map(({ child }) => child)].map((child) => end(child, 'SIGKILL')))
  }
}

async function overOldData(folder: string, rounds: number): Promise<Row[]> {
  const endMs = endOfData(OLD_MS)
  const contestants: Contestant[] = []
  try {
    await prepare(contestants, folder, endMs)
    for (const contestant of contestants) await restart(contestant)
    await Promise.all(contestants.map(isReady))
    await allInBlocks(contestants[0])
    return await state('in blocks', contestants, endMs, rounds)
  } finally {
    await Promise.all(contestants.map(({ child }) => end(child, 'SIGKILL')))
  }
}

/** What ours scrapes of itself is all that is left in its head. */
async function allInBlocks(ours: Contestant): Promise<void> {
  for (let tries = 0; tries < 120; tries++) {
    if ((await chunksInHead(ours)) < 2000) return
    await sleep(1000)
  }
  throw new Error(`${await chunksInHead(ours)} chunks are not in blocks after two minutes`)
}

async function state(name: string, contestants: readonly Contestant[], endMs: number, rounds: number): Promise<Row[]> {
  // A server that has run for a while has met its queries before, in each of its threads.
  for (let times = 0; times < WARM_UPS; times++)
    for (const query of benchQueries) for (const one of contestants) await receive(one, query, endMs)
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
  const repeats = query.kind === 'small' ? SMALL_ROUNDS * rounds : rounds
  for (let round = 0; round < repeats; round++) {
    for (const one of contestants) {
      const before = readUse(one.child.pid ?? 0).cpuSeconds
      const started = performance.now()
      await receive(one, query, endMs)
      times.get(one.name)?.push(performance.now() - started)
      cpu.set(one.name, (cpu.get(one.name) ?? 0) + readUse(one.child.pid ?? 0).cpuSeconds - before)
    }
  }
  return {
    query,
    points,
    wallMs: new Map([...times].map(([name, all]) => [name, median(all)])),
    cpuMs: new Map([...cpu].map(([name, seconds]) => [name, (seconds * 1000) / repeats])),
  }
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
      const ms = (name: string) => mean(({ wallMs }) => wallMs.get(name) ?? NaN)
      const most = Math.max(...of.map(({ wallMs }) => (wallMs.get('binnacle') ?? NaN) - (wallMs.get(peer.name) ?? NaN)))
      const more = `promql, ${name}: small, ms beyond prometheus`
      return [
        ...rows,
        { name: `${more}, of the means`, who: 'binnacle', value: ms('binnacle') - ms(peer.name), limit: SMALL_MORE_MS },
        { name: `${more}, at most`, who: 'binnacle', value: most },
      ]
    })
}
