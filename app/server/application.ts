import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import type { Application } from '#lib/api'
import type { Logger } from '#lib/log'
import { asset, isSource, rootFolder } from '#lib/run'
import { progressPage } from './progress-page.ts'

/** What a build of the web application depends on. */
const SOURCES = ['ui', 'lib', 'package-lock.json']

/**
 * The web application's files. A release has them; from source they are built on the first start, and again only when a
 * source changed. Until then every page is one that shows the progress and loads itself again.
 */
export class BuiltApplication implements Application, Disposable {
  readonly assets = asset('ui/assets')
  readonly #log: Logger
  #template: string | undefined
  #progress: readonly string[] = []
  #failed = false
  #child: ChildProcess | undefined

  constructor(log: Logger) {
    this.#log = log
    mkdirSync(this.assets, { recursive: true })
    if (!isSource() || isCurrent()) this.#load()
    else this.#build()
  }

  /** Whether the pages are there. */
  get isBuilt(): boolean {
    return this.#template !== undefined
  }

  page(nonce: string): string {
    const template = this.#template ?? progressPage(this.#progress, this.#failed)
    return template.replaceAll('__CSP_NONCE__', nonce)
  }

  [Symbol.dispose](): void {
    this.#child?.kill()
  }

  #load(): void {
    this.#template = readFileSync(asset('ui/index.html'), 'utf8')
  }

  #build(): void {
    const stamp = sourceStamp()
    const vite = join(rootFolder, 'node_modules/vite/bin/vite.js')
    const args = [vite, 'build', '--config', join(rootFolder, 'ui/vite.config.ts'), '--logLevel', 'info']
    const child = spawn(process.execPath, args, { cwd: rootFolder, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    lowerPriority(child)
    const note = (chunk: Buffer) => {
      this.#progress = [...this.#progress, ...plainLines(chunk)].slice(-12)
    }
    child.stdout.on('data', note)
    child.stderr.on('data', note)
    child.on('error', (error) => this.#fail(error.message))
    child.on('exit', (code, signal) => {
      this.#child = undefined
      if (code === 0) {
        writeFileSync(stampFile(), stamp)
        this.#load()
        this.#log.info('the web application is built')
      } else if (signal === null) {
        this.#fail(`vite ended with code ${code}`)
      }
    })
  }

  #fail(why: string): void {
    this.#failed = true
    this.#progress = [...this.#progress, why]
    this.#log.error({ why, output: this.#progress }, 'the web application could not be built; the API goes on')
  }
}

function stampFile(): string {
  return asset('ui/.built-from')
}

function isCurrent(): boolean {
  return (
    existsSync(asset('ui/index.html')) && existsSync(stampFile()) && readFileSync(stampFile(), 'utf8') === sourceStamp()
  )
}

/** A hash over the names, sizes and times of all that the build reads. */
function sourceStamp(): string {
  const hash = createHash('sha256')
  for (const source of SOURCES) addTree(join(rootFolder, source), hash)
  return hash.digest('hex')
}

function addTree(path: string, hash: ReturnType<typeof createHash>): void {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return
  if (!stat.isDirectory()) {
    if (!/\.(test|bench)\.ts$/.test(path)) hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`)
    return
  }
  for (const name of readdirSync(path).sort()) if (name !== 'testdata') addTree(join(path, name), hash)
}

/** Building waits for collecting and queries, not the other way round. */
function lowerPriority(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, 10)
  } catch {
    return // it has ended already, or the system does not allow it: the build is only less polite
  }
}

/** Lines without colours. */
function plainLines(chunk: Buffer): string[] {
  return chunk
    .toString('utf8')
    .split(/\r?\n|\r/)
    .map((line) => line.replace(/\u001B\[[0-9;]*m/g, '').trim())
    .filter((line) => line !== '')
}
