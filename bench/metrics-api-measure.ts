import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { sleep } from '../e2e/support/program.ts'
import type { KubeletFleet } from './kubelet-fleet.ts'
import { median } from './median.ts'
import { readUse } from './process-use.ts'

/** Cycles over kept connections that are measured, after the first. */
const CYCLES = 6
const RESOLUTION_SECONDS = 15

/** What is measured of one program. */
export interface MeasuredCycles {
  /** From the first kubelet's question to the last's, as the kubelets saw it. */
  readonly firstSeconds: number
  readonly keptSeconds: number
  /** Of the whole program, from its start to the end of the first cycle. */
  readonly firstCpuSeconds: number
  readonly keptCpuSeconds: number
  readonly peakBytes: number
  readonly settledBytes: number
  /** Connections that were made after the first cycle: 0 where they are kept. */
  readonly madeAnew: number
}

/** Runs one program until it has read every kubelet for some cycles. */
export async function measureCycles(
  fleet: KubeletFleet,
  kubelets: number,
  program: string,
  args: readonly string[],
): Promise<MeasuredCycles> {
  await fleet.counts()
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    return await measureStarted(fleet, kubelets, child)
  } finally {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    if (child.kill('SIGKILL')) await gone // false: it has ended by itself
  }
}

async function measureStarted(fleet: KubeletFleet, kubelets: number, child: ChildProcess): Promise<MeasuredCycles> {
  const pid = child.pid ?? 0
  const first = await cycle(fleet, kubelets, child)
  const firstCpuSeconds = readUse(pid).cpuSeconds
  await sleep(RESOLUTION_SECONDS * 1000) // what the start left behind is not of a cycle
  await betweenCycles(fleet)
  const before = readUse(pid).cpuSeconds
  const kept: Seen[] = []
  for (let i = 0; i < CYCLES; i++) kept.push(await cycle(fleet, kubelets, child))
  const keptCpuSeconds = (readUse(pid).cpuSeconds - before) / CYCLES
  return {
    firstSeconds: first.seconds,
    keptSeconds: median(kept.map(({ seconds }) => seconds)),
    firstCpuSeconds,
    keptCpuSeconds,
    peakBytes: peakOf(pid),
    settledBytes: readUse(pid).residentBytes,
    madeAnew: kept.reduce((sum, { connections }) => sum + connections, 0),
  }
}

interface Seen {
  readonly seconds: number
  readonly connections: number
}

/** Waits until every kubelet has answered. */
async function cycle(fleet: KubeletFleet, kubelets: number, child: ChildProcess): Promise<Seen> {
  let requests = 0
  let connections = 0
  let firstMs = 0
  for (let i = 0; i < 900; i++) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with code ${child.exitCode}`)
    const seen = await fleet.counts()
    requests += seen.requests
    connections += seen.connections
    firstMs ||= seen.firstMs
    if (requests >= kubelets) return { seconds: (seen.lastMs - firstMs) / 1000, connections }
    await sleep(200)
  }
  throw new Error(`${child.spawnfile}: ${requests} of ${kubelets} kubelets were read within minutes`)
}

/** Cycles are measured from their start: waits until nobody has asked for a while. */
async function betweenCycles(fleet: KubeletFleet): Promise<void> {
  for (let quiet = 0; quiet < 8;) {
    await sleep(200)
    quiet = (await fleet.counts()).requests === 0 ? quiet + 1 : 0
  }
}

function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024
}
