/** A block that cannot be read: which, and where. */
export class BlockError extends Error {
  override readonly name = 'BlockError'
  readonly code = 'block'
  readonly block: string
  readonly file: string
  readonly offset: number
  /** Whether the bytes are at fault, not the machine: a file that cannot be opened for want of rights or memory may be whole. */
  readonly isDamage: boolean

  constructor(block: string, file: string, offset: number, problem: string, cause?: unknown) {
    super(`read block ${block}: ${file} at ${offset}: ${problem}`, { cause })
    this.block = block
    this.file = file
    this.offset = offset
    this.isDamage = !isOfMachine(cause)
  }
}

/** What the kernel says where a file is missing, or is none: somebody removed or replaced it. */
const OF_FOLDER = new Set(['ENOENT', 'EISDIR', 'ENOTDIR'])

function isOfMachine(cause: unknown): boolean {
  const { code, syscall } = (cause ?? {}) as NodeJS.ErrnoException
  return syscall !== undefined && code !== undefined && !OF_FOLDER.has(code)
}
