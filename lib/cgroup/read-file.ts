import { closeSync, openSync, readSync } from 'node:fs'

/** Reads one file of a cgroup; undefined where the kernel has none or the cgroup has just gone. */
export type ReadCgroupFile = (controller: string, file: string) => string | undefined

const largest = 1 << 20
const scratch = Buffer.allocUnsafe(largest)

/**
 * The content of a small kernel file. Synchronous on purpose: these files come from memory, and libuv's pool may be
 * full of calls that hang.
 */
export function readKernelFile(path: string): string | undefined {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw new Error(`open ${path}`, { cause: error })
  }
  try {
    return readAll(fd)
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw new Error(`read ${path}`, { cause: error })
  } finally {
    closeSync(fd)
  }
}

function readAll(fd: number): string {
  let length = 0
  for (let n = -1; n !== 0 && length < largest; length += n) n = readSync(fd, scratch, length, largest - length, null)
  return scratch.toString('utf8', 0, length)
}

const absent = new Set(['ENOENT', 'ENODEV', 'ESRCH', 'EACCES', 'EPERM', 'EOPNOTSUPP', 'EINVAL', 'ENOTDIR'])

function isAbsence(error: unknown): boolean {
  return absent.has((error as NodeJS.ErrnoException).code ?? '')
}
