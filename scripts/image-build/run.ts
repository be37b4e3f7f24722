import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { buffer, text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'

/** What an image cannot be built from: says which step, why, and what helps. */
export class ImageError extends Error {
  override readonly name = 'ImageError'
  readonly code = 'image'
}

/** Where and how a program is started. */
export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: Buffer
}

/** Runs a program to its end and returns what it printed; a failure names the command and its last words. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
  const child = spawn(command, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: 'pipe' })
  // A program that ends early closes its input; its exit code tells more than the broken pipe.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input)
  const [stdout, stderr, [code]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    started(command, once(child, 'close')),
  ])
  if (code !== 0) throw new ImageError(`${command} ${args.join(' ')} ended with ${String(code)}: ${lastLines(stderr)}`)
  return stdout
}

/** Starts a program whose output is read as it comes; `ended` rejects where it fails. */
export function stream(command: string, args: readonly string[]): { output: Readable; ended: Promise<void> } {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const check = async () => {
    const [stderr, [code]] = await Promise.all([text(child.stderr), started(command, once(child, 'close'))])
    if (code !== 0)
      throw new ImageError(`${command} ${args.join(' ')} ended with ${String(code)}: ${lastLines(stderr)}`)
  }
  return { output: child.stdout, ended: check() }
}

/** The first of the programs that this machine lacks, or undefined. */
export function missingProgram(...programs: readonly string[]): string | undefined {
  return programs.find((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
}

async function started(command: string, closed: Promise<unknown[]>): Promise<unknown[]> {
  try {
    return await closed
  } catch (error) {
    throw new ImageError(`start ${command}: ${(error as Error).message}`, { cause: error })
  }
}

/** The line that names an error, if there is one, and the last ones. */
function lastLines(stderr: string): string {
  const lines = stderr.trim().split('\n')
  const last = lines.slice(-5)
  const named = lines.find((line) => /^\s*\w*Error\b.*: /.test(line))
  return [...(named === undefined || last.includes(named) ? [] : [named]), ...last]
    .map((line) => line.trim())
    .join('; ')
}
