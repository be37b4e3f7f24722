import { crc32c } from '#lib/codec'

/** The format that this program writes and reads. */
export const BLOCK_VERSION = 1

/** A block that another one was made of. */
export interface BlockParent {
  ulid: string
  minTimeMs: number
  maxTimeMs: number
  /** Number of the tombstones that were left out; 0: there were none. */
  tombstones: number
}

/** What meta.json says of a block. */
export interface BlockMeta {
  version: number
  ulid: string
  /** Of the range asked for: minTimeMs <= t <= maxTimeMs. */
  minTimeMs: number
  maxTimeMs: number
  /** All that the head held before this time is in blocks; absent: after maxTimeMs. Of samples that came late: LATE. */
  headEndMs?: number
  series: number
  samples: number
  chunks: number
  /** Of chunks.dat and index.dat. */
  bytes: number
  /** How often its samples were written anew; absent: 1, they come from the head. */
  level?: number
  /** The blocks from the head that its samples were in; absent: itself alone. */
  sources?: string[]
  /** The blocks that it takes the place of. */
  parents?: BlockParent[]
  /** What an import made it of, and whether it is the last block of that. */
  imported?: { readonly from: string; readonly isLast: boolean }
}

/** A block of late samples says nothing of what else the head held. */
export const LATE = Number.MIN_SAFE_INTEGER

/** All that the head held before this time is in blocks, as far as this one tells. */
export function endOfHead({ headEndMs, maxTimeMs }: BlockMeta): number {
  return headEndMs ?? maxTimeMs + 1
}

/** A block of a later program: it is left as it is, and the store is not opened. */
export class BlockVersionError extends Error {
  override readonly name = 'BlockVersionError'
  readonly code = 'block-version'
}

/** The text of meta.json, with a checksum of all else that it says. */
export function metaText(meta: BlockMeta): string {
  return `${JSON.stringify({ ...meta, crc32c: checksumOf(meta) }, null, 2)}\n`
}

/** Reads meta.json; throws where it is not one of this format. */
export function parseMeta(text: string): BlockMeta {
  const { crc32c: expected, ...meta } = JSON.parse(text) as BlockMeta & { crc32c?: number }
  if (expected !== checksumOf(meta) && !(expected === undefined && isUnchecked(meta)))
    throw new Error('checksum does not match')
  if (meta.version !== BLOCK_VERSION)
    throw new BlockVersionError(`format version ${meta.version} is not known, this program reads ${BLOCK_VERSION}`)
  const numbers = [meta.minTimeMs, meta.maxTimeMs, meta.series, meta.samples, meta.chunks, meta.bytes]
  if (typeof meta.ulid !== 'string' || !numbers.every(Number.isSafeInteger)) throw new Error('a field is missing')
  if (![meta.sources, meta.parents].every((list) => list === undefined || Array.isArray(list)))
    throw new Error('what it was made of is no list')
  return meta
}

/** Blocks of the first programs had no checksum, and these fields alone. */
function isUnchecked(meta: BlockMeta): boolean {
  return Object.keys(meta).join() === 'version,ulid,minTimeMs,maxTimeMs,series,samples,chunks,bytes'
}

function checksumOf(meta: BlockMeta): number {
  const bytes = Buffer.from(JSON.stringify(meta))
  return crc32c(bytes, 0, bytes.length)
}
