import { CgroupFileError } from './cgroup-file-error.ts'
import { strictUint64 } from './uint64.ts'

/** Lines `key number`, as in memory.stat and cpu.stat; throws on any other line. */
export function parseFlatKeyed(file: string, text: string): Map<string, bigint> {
  const values = new Map<string, bigint>()
  for (const line of text.split('\n')) {
    const trimmed = line.trim()
    if (trimmed === '') continue
    const space = trimmed.indexOf(' ')
    if (space < 0) throw new CgroupFileError(file, `line ${JSON.stringify(trimmed.slice(0, 40))} has no value`)
    values.set(trimmed.slice(0, space), strictUint64(file, trimmed.slice(space + 1)))
  }
  return values
}
