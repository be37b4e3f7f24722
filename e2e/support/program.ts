import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** The two ways in which the program is started: from its sources, and from the release bundle. */
export const editions = ['source', 'release'] as const
export type Edition = (typeof editions)[number]

/** One series of an instant query's answer. */
export interface QuerySample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

/** A program that runs somewhere, by its HTTP API. */
export class Reader {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  async get(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; text: string; headers: Headers }> {
    const response = await fetch(this.url + path, { headers, signal: AbortSignal.timeout(20_000) })
    return { status: response.status, text: await response.text(), headers: response.headers }
  }

  /** The result of an instant query, as Prometheus' API gives it. */
  async query(expr: string): Promise<QuerySample[]> {
    const { text } = await this.get(`/api/v1/query?query=${encodeURIComponent(expr)}`)
    const json = JSON.parse(text) as {
      status: string
      error?: string
      data: { result: QuerySample[] }
    }
    if (json.status !== 'success') throw new Error(`${expr}: ${json.error}`)
    return json.data.result
  }
}

/** The real program as a child process. */
export class Program extends Reader implements AsyncDisposable {
  readonly child: ChildProcess
  readonly folder: string
  /** All that it has written to standard error so far. */
  log = ''
  output = ''

  constructor(child: ChildProcess, url: string, folder: string) {
    super(url)
    this.child = child
    this.folder = folder
    child.stderr?.on('data', (chunk: Buffer) => (this.log += chunk.toString()))
    child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
  }

  /** Starts `binnacle ARGS` on a free port and waits until it is ready. */
  static async start(options: StartOptions = {}): Promise<Program> {
    const folder = options.folder ?? temporaryFolder()
    const port = await freePort()
    const args = [
      options.command ?? 'up',
      `--web.listen-address=127.0.0.1:${port}`,
      ...(options.command === 'agent' ? [] : [`--storage.tsdb.path=${folder}`]),
      ...(options.args ?? []),
    ]
    const program = new Program(run(args, options), `http://127.0.0.1:${port}`, folder)
    try {
      await program.#ready(options.command === 'agent' ? '/metrics' : '/-/ready')
      return program
    } catch (error) {
      // A child that is left would keep the test's process alive.
      await program.end('SIGKILL')
      throw error
    }
  }

  /** Ends it by a signal and answers how long that took and how it ended. */
  async end(signal: NodeJS.Signals): Promise<{ seconds: number; code: number | null }> {
    const started = performance.now()
    await end(this.child, signal)
    return { seconds: (performance.now() - started) / 1000, code: this.child.exitCode }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #ready(path: string): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      if (this.child.exitCode !== null) throw new Error(`the program ended with ${this.child.exitCode}:\n${this.log}`)
      const response = await fetch(this.url + path).catch(() => undefined)
      await response?.arrayBuffer()
      if (response?.ok) return
      await sleep(100)
    }
    throw new Error(`not ready within 30 s:\n${this.log}`)
  }
}

export interface StartOptions {
  readonly edition?: Edition
  readonly command?: 'up' | 'server' | 'agent'
  readonly args?: readonly string[]
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs the command line to its end. */
export async function runToEnd(
  args: readonly string[],
  options: StartOptions = {},
): Promise<{ code: number | null; output: string; log: string }> {
  const child = run(args, options)
  let output = ''
  let log = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(late)
  return { code, output, log }
}

function run(args: readonly string[], { edition = 'source', env = {} }: StartOptions): ChildProcess {
  const file = edition === 'source' ? 'app/cli/main.ts' : 'dist/release/binnacle.js'
  return spawn(process.execPath, [join(root, file), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
}

/** The first line that a child writes: where it listens, say. Refused with the child's end. */
export function firstLine(child: ChildProcess, what: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    child.once('exit', (code) => reject(new Error(`${what} did not start: it ended with ${code}`)))
  })
}

/** Ends a child and waits until it is gone. */
export function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'binnacle-e2e-'))
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Asks again until the answer is there; fails with the last one after `seconds`. */
export async function until<T>(seconds: number, what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  let last: unknown
  while (Date.now() < deadline) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
      last = answer
    } catch (error) {
      last = error
    }
    await sleep(250)
  }
  throw new Error(`${what}: not within ${seconds} s (last: ${String(last)})`)
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
