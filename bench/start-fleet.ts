import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { firstLine } from '../e2e/support/program.ts'

/** What the bodies of a fleet are packed with. */
export type BodyEncoding = 'plain' | 'gzip'

/** Starts bench/fleet.ts: so many targets, each with so many series, on ports of loopback. The caller ends the child. */
export function startFleet(
  targets: number,
  series: number,
  encoding: BodyEncoding = 'plain',
): { child: ChildProcess; ports: Promise<number[]> } {
  const args = [join(import.meta.dirname, 'fleet.ts'), String(targets), String(series), encoding]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  return { child, ports: firstLine(child, 'the fleet').then((line) => JSON.parse(line) as number[]) }
}
