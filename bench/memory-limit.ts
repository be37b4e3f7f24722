import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'

const VERSIONS = [
  { folder: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes' },
  { folder: '/sys/fs/cgroup', limit: 'memory.max', peak: 'memory.peak' },
] as const

/** A control group with a limit of memory, as a pod has one; a process beyond it is killed by the kernel. */
export class MemoryLimit implements Disposable {
  readonly #folder: string
  readonly #peak: string

  constructor(folder: string, peak: string) {
    this.#folder = folder
    this.#peak = peak
  }

  /** undefined where this user may make none. */
  static create(name: string, bytes: number): MemoryLimit | undefined {
    for (const { folder, limit, peak } of VERSIONS) {
      const group = `${folder}/${name}-${process.pid}`
      try {
        mkdirSync(group, { recursive: true })
        if (existsSync(`${group}/${limit}`)) {
          writeFileSync(`${group}/${limit}`, String(bytes))
          return new MemoryLimit(group, peak)
        }
        rmdirSync(group)
      } catch {
        continue // not root, or a hierarchy that is only read
      }
    }
    return undefined
  }

  /** The command that runs another one inside. */
  inside(program: string, args: readonly string[]): [string, string[]] {
    return ['sh', ['-c', `echo $$ > ${this.#folder}/cgroup.procs && exec "$0" "$@"`, program, ...args]]
  }

  /** The most that was ever used inside, page cache among it. */
  get peakBytes(): number {
    return Number(readFileSync(`${this.#folder}/${this.#peak}`, 'latin1'))
  }

  /** Once everything inside has ended. */
  [Symbol.dispose](): void {
    rmdirSync(this.#folder)
  }
}
