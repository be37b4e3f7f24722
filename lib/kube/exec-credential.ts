import { spawn, type ChildProcess } from 'node:child_process'
import type { ExecPlugin } from './cluster-access.ts'
import { CredentialError } from './credential-error.ts'

/** What a plugin answered. */
export interface ExecAnswer {
  readonly token: string
  readonly cert: string
  readonly key: string
  /** Infinity where it does not say. */
  readonly expiresAtMs: number
}

const MAX_OUTPUT_BYTES = 1 << 20
const MAX_ERROR_BYTES = 2000
/** A child that the plugin left behind may hold the pipe open; after the plugin's end it is waited for no longer than this. */
const AFTER_EXIT_MS = 500

/** Runs the plugin once and reads its ExecCredential; rejects when it fails, and when it takes longer than the limit. */
export async function runExecPlugin(plugin: ExecPlugin, env: NodeJS.ProcessEnv, limitMs = 30_000): Promise<ExecAnswer> {
  const { command, apiVersion, args, cluster } = plugin
  const info = { kind: 'ExecCredential', apiVersion, spec: { cluster, interactive: false } }
  const child = spawn(command, args, {
    env: {
      ...env,
      ...Object.fromEntries(plugin.env.map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: JSON.stringify(info),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return readAnswer(await outputOf(child, plugin, limitMs), plugin)
}

async function outputOf(child: ChildProcess, plugin: ExecPlugin, limitMs: number): Promise<string> {
  const fail = (what: string, cause?: unknown) =>
    new CredentialError(`${plugin.place}: ${plugin.command} ${what}`, { cause })
  const out = collect(child.stdout!, MAX_OUTPUT_BYTES)
  const err = collect(child.stderr!, MAX_OUTPUT_BYTES)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const timer = setTimeout(() => {
    reject(fail(`did not end within ${limitMs / 1000} s${said(err())}: run it by hand to see what it waits for`))
    child.kill('SIGKILL')
  }, limitMs)
  const ended = (code: number | null, signal: string | null) => {
    if (code === 0) resolve(out())
    else reject(fail(`failed (${signal ?? `exit code ${code}`})${said(err())}`))
  }
  child.once('error', (error) => reject(fail(whyNotStarted(error, plugin), error)))
  child.once('close', ended)
  child.once('exit', (code, signal) => setTimeout(ended, AFTER_EXIT_MS, code, signal).unref())
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    child.stdout!.destroy()
    child.stderr!.destroy()
  }
}

function whyNotStarted(error: Error, { installHint }: ExecPlugin): string {
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
  const hint = installHint === '' ? '' : ` (${installHint.trim()})`
  return missing ? `is not there: install it, or correct the command${hint}` : `could not be started: ${error.message}`
}

function collect(stream: NodeJS.ReadableStream, limit: number): () => string {
  const parts: Buffer[] = []
  let bytes = 0
  stream.on('data', (part: Buffer) => {
    bytes += part.length
    if (bytes <= limit) parts.push(part)
  })
  return () => Buffer.concat(parts).toString('utf8')
}

/** What the plugin wrote to its standard error, without what looks like a secret. */
function said(text: string): string {
  const shown = text
    .replaceAll(/[\w+/=.-]{60,}/g, '<hidden>')
    .trim()
    .slice(-MAX_ERROR_BYTES)
  return shown === '' ? '' : `: ${shown}`
}

interface Answered {
  readonly apiVersion?: unknown
  readonly kind?: unknown
  readonly status?: {
    readonly token?: string
    readonly clientCertificateData?: string
    readonly clientKeyData?: string
    readonly expirationTimestamp?: string
  } | null
}

function readAnswer(text: string, { place, command, apiVersion }: ExecPlugin): ExecAnswer {
  const fail = (what: string) => new CredentialError(`${place}: ${command} ${what}`)
  let answer: Answered
  try {
    answer = JSON.parse(text) as Answered
  } catch {
    // The cause would quote the output, which may hold a secret.
    throw fail('did not print an ExecCredential as JSON')
  }
  if (answer?.kind !== 'ExecCredential' || answer.apiVersion !== apiVersion)
    throw fail(`printed something else than an ExecCredential of ${apiVersion}: correct apiVersion, or update it`)
  const {
    token = '',
    clientCertificateData: cert = '',
    clientKeyData: key = '',
    expirationTimestamp,
  } = answer.status ?? {}
  if (token === '' && cert === '' && key === '') throw fail('returned neither a token nor a certificate')
  if ((cert === '') !== (key === '')) throw fail('returned a certificate or its key, not both')
  const expires = Date.parse(expirationTimestamp ?? '')
  return { token, cert, key, expiresAtMs: Number.isNaN(expires) ? Infinity : expires }
}
