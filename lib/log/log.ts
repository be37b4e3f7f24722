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

/** Writes a whole line; a reader that is slow or gone costs the line, never the program. */
function put(line: string): void {
  const bytes = Buffer.from(line)
  let from = 0
  for (let tries = 0; from < bytes.length && tries < 100; tries++) {
    try {
      from += writeSync(2, bytes, from)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

const hidden = new Set(['level', 'time', 'msg', 'thread'])

/** `14:03:12 warn  text  key=value`: for a person at a terminal. */
function readable(line: string): string {
  const record = JSON.parse(line) as Record<string, unknown>
  const time = new Date(String(record.time)).toTimeString().slice(0, 8)
  const rest = Object.entries(record)
    .filter(([key]) => !hidden.has(key))
    .map(([key, value]) => `  ${key}=${key === 'err' ? errorText(value) : short(value)}`)
  return `${time} ${String(record.level).padEnd(5)} ${String(record.msg ?? '')}${rest.join('')}\n`
}

function short(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function errorText(value: unknown): string {
  return typeof value === 'object' && value !== null && 'message' in value ? String(value.message) : short(value)
}
