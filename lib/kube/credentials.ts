import type { ClusterAccess, Source } from './cluster-access.ts'
import { CredentialError } from './credential-error.ts'
import { runExecPlugin, type ExecAnswer } from './exec-credential.ts'
import { FreshFile } from './fresh-file.ts'

/** What proves who we are, as of now. Only for peers whose certificate was verified; never for logs. */
export interface Credential {
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** PEM of the client certificate and its key, and of the authority that signed the server's; '' for none. */
  readonly cert: string
  readonly key: string
  readonly ca: string
}

type Reader = () => Promise<string>

/** A plugin's answer is thrown away this long before it expires, so that no request is sent with an expired one. */
const EARLY_MS = 10_000
/** After a refusal or a failure the plugin runs again no sooner than this, however many ask. */
const MIN_RUN_MS = 10_000

/** The credentials of one user: files are read again when they change, a plugin is run when its answer has expired. */
export class Credentials {
  readonly #access: ClusterAccess
  readonly #env: NodeJS.ProcessEnv
  readonly #now: () => number
  readonly #execLimitMs: number
  readonly #files: FreshFile[] = []
  readonly #ca: Reader
  readonly #cert: Reader
  readonly #key: Reader
  readonly #token: Reader
  #exec: ExecAnswer | undefined
  #execAtMs = -Infinity
  #execRun: Promise<ExecAnswer> | undefined
  #execError: unknown

  constructor(access: ClusterAccess, env: NodeJS.ProcessEnv, now: () => number = Date.now, execLimitMs?: number) {
    this.#access = access
    this.#env = env
    this.#now = now
    this.#execLimitMs = execLimitMs ?? 30_000
    this.#ca = this.#reader(access.ca)
    this.#cert = this.#reader(access.cert)
    this.#key = this.#reader(access.key)
    this.#token = this.#reader(access.token)
  }

  /** Whether asking again can give something else. */
  get canChange(): boolean {
    return this.#files.length > 0 || this.#access.exec !== undefined
  }

  async current(): Promise<Credential> {
    const ca = await this.#ca()
    const { exec } = this.#access
    if (exec) {
      const { token, cert, key } = await this.#execAnswer()
      return { headers: this.#headers(token), cert, key, ca }
    }
    return { headers: this.#headers(await this.#token()), cert: await this.#cert(), key: await this.#key(), ca }
  }

  /** They were refused: the next `current()` reads files and runs the plugin again. */
  expire(): void {
    for (const file of this.#files) file.expire()
    if (this.#now() - this.#execAtMs >= MIN_RUN_MS) this.#exec = undefined
  }

  #headers(token: string): Credential['headers'] {
    const { basic, impersonation } = this.#access
    if (token !== '') return { ...impersonation, Authorization: `Bearer ${token}` }
    if (basic === undefined) return impersonation
    const pair = Buffer.from(`${basic.username}:${basic.password}`).toString('base64')
    return { ...impersonation, Authorization: `Basic ${pair}` }
  }

  async #execAnswer(): Promise<ExecAnswer> {
    const known = this.#exec
    if (known && this.#now() < known.expiresAtMs - EARLY_MS) return known
    // An answer that lives for less than that is used until its end.
    if (known && this.#now() < known.expiresAtMs && known.expiresAtMs - this.#execAtMs < 2 * EARLY_MS) return known
    if (this.#execError !== undefined && this.#now() - this.#execAtMs < MIN_RUN_MS) throw this.#execError
    this.#execRun ??= this.#runExec().finally(() => (this.#execRun = undefined))
    return this.#execRun
  }

  async #runExec(): Promise<ExecAnswer> {
    this.#execAtMs = this.#now()
    this.#exec = this.#execError = undefined
    try {
      return (this.#exec = await runExecPlugin(this.#access.exec!, this.#env, this.#execLimitMs))
    } catch (error) {
      this.#execError = error
      throw error
    }
  }

  #reader(source: Source | undefined): Reader {
    if (source === undefined) return async () => ''
    if ('text' in source) return async () => source.text
    const file = new FreshFile(source.file, this.#now)
    this.#files.push(file)
    return async () => {
      try {
        return await file.text()
      } catch (error) {
        throw new CredentialError(`cannot read ${(error as Error).message}`, { cause: error })
      }
    }
  }
}
