import { writeSync } from 'node:fs'
import { threadId } from 'node:worker_threads'
import { pino, type Logger } from 'pino'

export type { Logger } from 'pino'

export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]
export const logFormats = ['auto', 'json', 'text'] as const
export type LogFormat = (typeof logFormats)[number]

export interface LogOptions {
  readonly level: LogLevel
  /** auto: text on a terminal, JSON otherwise. */
  readonly format: LogFormat
}

/**
 * The log, on standard error, one object a line. It is written by synchronous calls: it never waits for libuv's
 * pool, so it goes on when four hanging calls have filled that.
 */
export function openLog(options: LogOptions): Logger {
  const text = options.format === 'text' || (options.format === 'auto' && process.stderr.isTTY)
  const destination = text ? { write: (line: string) => put(readable(line)) } : { write: put }
  return pino(
    {
      level: options.level,
      base: threadId === 0 ? undefined : { thread: threadId },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ['*.password', '*.credentials', 'password', 'credentials'], censor: '<secret>' },
    },
    destination,
  )
}

/** How long a line may wait for room: less than what a scrape may be held up. */
const TRIES = 4
const WAIT_MS = 5
const never = new Int32Array(new SharedArrayBuffer(4))

/** The end of a line that the pipe had no room for; it goes before the next line. */
let rest: Uint8Array = new Uint8Array(0)
let isFull = false

/** Writes a whole line; a reader that is slow or gone costs the line, never the program. */
function put(line: string): void {
  if (rest.length > 0 && !write(rest)) return
  write(Buffer.from(line))
}

/** False when something is left in `rest`. While the pipe stays full, lines are not waited for again. */
function write(bytes: Uint8Array): boolean {
  let from = 0
  for (let tries = isFull ? TRIES : 0; from < bytes.length;) {
    try {
      from += writeSync(2, bytes, from)
      isFull = false
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') break
      if (++tries > TRIES) {
        isFull = true
        // A line that has begun is ended later; one that has not is dropped, unless it is such an end itself.
        if (from > 0 || bytes === rest) rest = bytes.subarray(from)
        return false
      }
      Atomics.wait(never, 0, 0, WAIT_MS)
    }
  }
  rest = new Uint8Array(0)
  return true
}

const hidden = new Set(['level', 'time', 'msg', 'thread'])

/** `14:03:12 warn  text  key=value`: for a person at a terminal. */
function readable(line: string): string {
  const record = JSON.parse(line) as Record<string, unknown>
  const time = new Date(String(record.time)).toTimeString().slice(0, 8)
  const rest = Object.entries(record)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]) => `  ${key}=${key === 'err' ? errorText(value) : short(value)}`)
  return `${printable(`${time} ${String(record.level).padEnd(5)} ${String(record.msg ?? '')}${rest.join('')}`)}\n`
}

/** What targets send must not steer the terminal: control characters are written as escapes. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

function short(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function errorText(value: unknown): string {
  return typeof value === 'object' && value !== null && 'message' in value ? String(value.message) : short(value)
}
