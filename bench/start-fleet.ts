import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { firstLine } from '../e2e/support/program.ts'

/** Starts bench/fleet.ts: so many targets, each with so many series, on ports of loopback. The caller ends the child. */
export function startFleet(targets: number, series: number): { child: ChildProcess; ports: Promise<number[]> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fleet.ts'), String(targets), String(series)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { child, ports: firstLine(child, 'the fleet').then((line) => JSON.parse(line) as number[]) }
}
