import { isSame } from './same.ts'
import { secretId, type ReadSecret, type SecretAnswer, type SecretRef } from './secret-slots.ts'

/** What could not be read is tried again so often: whoever has just granted the right waits for it. */
const RETRY_MS = 30_000

/** The values of the secrets that monitors name: read one after the other, and again from time to time. */
export class SecretValues implements Disposable {
  readonly answers = new Map<string, SecretAnswer>()
  private readonly read: ReadSecret
  private readonly onChange: () => void
  private readonly timers: readonly NodeJS.Timeout[]
  private wanted = new Map<string, SecretRef>()
  private isReading = false
  private isOver = false

  constructor(read: ReadSecret, onChange: () => void, everyMs: number) {
    this.read = read
    this.onChange = onChange
    this.timers = [
      setInterval(() => void this.readAll([...this.wanted.values()]), everyMs),
      setInterval(() => void this.readAll(this.withoutValue()), Math.min(everyMs, RETRY_MS)),
    ]
    for (const timer of this.timers) timer.unref()
  }

  /** These are needed from now on; others are forgotten. */
  want(refs: readonly SecretRef[]): void {
    this.wanted = new Map(refs.map((ref) => [secretId(ref), ref]))
    for (const id of this.answers.keys()) if (!this.wanted.has(id)) this.answers.delete(id)
    void this.readAll(this.unread())
  }

  [Symbol.dispose](): void {
    this.isOver = true
    for (const timer of this.timers) clearInterval(timer)
    this.answers.clear()
  }

  private unread(): SecretRef[] {
    return [...this.wanted].filter(([id]) => !this.answers.has(id)).map(([, ref]) => ref)
  }

  private withoutValue(): SecretRef[] {
    const hasValue = (id: string): boolean => 'value' in (this.answers.get(id) ?? {})
    return [...this.wanted].filter(([id]) => !hasValue(id)).map(([, ref]) => ref)
  }

  private async readAll(refs: readonly SecretRef[]): Promise<void> {
    if (this.isReading || refs.length === 0) return
    this.isReading = true
    let hasChanged = false
    for (const ref of refs) {
      if (this.isOver) return
      hasChanged = (await this.readOne(ref)) || hasChanged
    }
    this.isReading = false
    if (hasChanged && !this.isOver) this.onChange()
    // What was wanted in the meantime.
    else void this.readAll(this.unread())
  }

  private async readOne(ref: SecretRef): Promise<boolean> {
    const id = secretId(ref)
    const before = this.answers.get(id)
    const answer = await this.answerOf(ref)
    // A value that was read once serves until another is there.
    const isWorse = before && 'value' in before && 'error' in answer
    if (!this.wanted.has(id) || this.isOver || isWorse || isSame(before, answer)) return false
    this.answers.set(id, answer)
    return true
  }

  private async answerOf(ref: SecretRef): Promise<SecretAnswer> {
    try {
      return await this.read(ref)
    } catch (error) {
      return { error: (error as Error).message }
    }
  }
}
