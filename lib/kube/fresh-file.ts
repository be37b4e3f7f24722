import { readFile, stat } from 'node:fs/promises'

/** How often a file is looked at, and read whether or not it seems to have changed. */
const LOOK_MS = 5_000
const READ_MS = 60_000

/** A small file whose text is read again when it changes, at least each minute, and when told. */
export class FreshFile {
  readonly path: string
  readonly #now: () => number
  #text: string | undefined
  #mark = ''
  #lookedAt = -Infinity
  #readAt = -Infinity

  constructor(path: string, now: () => number = Date.now) {
    this.path = path
    this.#now = now
  }

  /** The next `text()` reads the file. */
  expire(): void {
    this.#readAt = this.#lookedAt = -Infinity
  }

  /** Its text without blanks at the ends. While it cannot be read, what it was; rejects when it never was readable. */
  async text(): Promise<string> {
    const now = this.#now()
    if (this.#text !== undefined && now - this.#lookedAt < LOOK_MS) return this.#text
    try {
      await this.#look(now)
    } catch (error) {
      if (this.#text === undefined) throw new Error(`${this.path}: ${whyUnreadable(error)}`, { cause: error })
    }
    this.#lookedAt = now
    return this.#text ?? ''
  }

  async #look(now: number): Promise<void> {
    const { mtimeMs, ino, size } = await stat(this.path)
    const mark = `${mtimeMs} ${ino} ${size}`
    if (mark === this.#mark && now - this.#readAt < READ_MS) return
    const text = (await readFile(this.path, 'utf8')).trim()
    // A file that is being replaced can be empty for a moment.
    if (text === '' && this.#text !== undefined) return
    this.#text = text
    this.#mark = mark
    this.#readAt = now
  }
}

/** Why a file cannot be read, in words. */
export function whyUnreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'permission denied: let this user read it'
  if (code === 'EISDIR') return 'it is a folder'
  return message
}
