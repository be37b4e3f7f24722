const BAR = 30
const TERMINAL_MS = 100
const LOG_MS = 10_000

/** A bar on the terminal, or a line each ten seconds where standard error is none. */
export class Progress implements Disposable {
  readonly #what: string
  readonly #isTerminal = process.stderr.isTTY
  readonly #startedMs = Date.now()
  #toldMs = 0
  #width = 0

  constructor(what: string) {
    this.#what = what
  }

  /** How much of the whole is done, and what to say beside it. */
  tell(done: number, total: number, detail: string): void {
    const now = Date.now()
    if (now - this.#toldMs < (this.#isTerminal ? TERMINAL_MS : LOG_MS)) return
    if (!this.#isTerminal && this.#toldMs === 0 && now - this.#startedMs < LOG_MS) return
    this.#toldMs = now
    this.#write(total > 0 ? Math.min(1, done / total) : 0, detail)
  }

  [Symbol.dispose](): void {
    if (this.#width > 0) process.stderr.write('\n')
  }

  #write(share: number, detail: string): void {
    const filled = Math.round(share * BAR)
    const seconds = (Date.now() - this.#startedMs) / 1000
    const left = share > 0.01 ? `, ${spell((seconds / share) * (1 - share))} left` : ''
    const text = `${this.#what} ${Math.floor(share * 100)}% ${detail}${left}`
    if (!this.#isTerminal) {
      process.stderr.write(`${text}\n`)
      return
    }
    const line = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${text}`
    process.stderr.write(`\r${line.padEnd(this.#width)}`)
    this.#width = line.length
  }
}

function spell(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
