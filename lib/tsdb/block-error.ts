/** A block that cannot be read: which, and where. */
export class BlockError extends Error {
  override readonly name = 'BlockError'
  readonly code = 'block'
  readonly block: string
  readonly file: string
  readonly offset: number

  constructor(block: string, file: string, offset: number, problem: string, cause?: unknown) {
    super(`read block ${block}: ${file} at ${offset}: ${problem}`, { cause })
    this.block = block
    this.file = file
    this.offset = offset
  }
}
