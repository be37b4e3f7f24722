import { fork, type ChildProcess, type ForkOptions } from 'node:child_process'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ResourceLimits, Worker, type WorkerOptions } from 'node:worker_threads'
import { entries, type EntryName } from './entries.ts'

const here = dirname(fileURLToPath(import.meta.url))

/** The folder that holds package.json (from source) or the bundles (in a release). */
export const rootFolder: string = isSource() ? join(here, '..', '..') : here

/** Whether the program runs from its sources; a release is a folder of bundles. */
export function isSource(): boolean {
  return import.meta.url.endsWith('.ts')
}

/** The file to start for an entry. */
function entryFile(name: EntryName): string {
  return isSource() ? join(rootFolder, entries[name]) : join(rootFolder, `${name}.js`)
}

/** Short-lived objects of a thread: V8's own default lets each thread hold several times as much before it collects. */
const YOUNG_MB = 8

/** Starts a worker thread by its name in the list of entries. */
export function openWorker(name: EntryName, options?: WorkerOptions): Worker {
  return new Worker(entryFile(name), { name, resourceLimits: limitsOf(process.constrainedMemory()), ...options })
}

/**
 * Node gives every thread a heap of half the memory that the process may take: several threads together could take more
 * than there is, and would be killed from outside where a thread that fails says so. Each of ours gets an eighth.
 * `bytes`: what a control group allows; 0 or no fraction of the machine's memory where none does.
 */
function limitsOf(bytes: number): ResourceLimits {
  const young = { maxYoungGenerationSizeMb: YOUNG_MB }
  if (bytes === 0 || bytes >= totalmem()) return young
  return { ...young, maxOldGenerationSizeMb: Math.max(LEAST_OLD_MB, Math.floor(bytes / 8 / 2 ** 20)) }
}

const LEAST_OLD_MB = 64

/** Starts a child process by its name in the list of entries. */
export function openChild(name: EntryName, args: readonly string[] = [], options?: ForkOptions): ChildProcess {
  return fork(entryFile(name), args, options)
}

/** The path of a shipped file, such as `asset('ui/index.html')`: below `dist/` from source, beside the bundles in a release. */
export function asset(path: string): string {
  return isSource() ? join(rootFolder, 'dist', path) : join(rootFolder, path)
}
