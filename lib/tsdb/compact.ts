import { join } from 'node:path'
import { PageCache } from './block-cache.ts'
import { BlockError } from './block-error.ts'
import { mergeBlocks } from './block-merge.ts'
import { type BlockMeta, endOfHead } from './block-meta.ts'
import { compareBlocks } from './block-plan.ts'
import { BlockReader } from './block-reader.ts'
import { parseVersion } from './block-tombstones.ts'
import { writeBlockSteps } from './block-writer.ts'
import { realFiles, removeTree, type StoreFiles } from './store-files.ts'

/** Blocks that shall become one. */
export interface CompactJob {
  /** Name of the new block. */
  readonly ulid: string
  /** The blocks with their tombstones, as `versionName` writes them. */
  readonly blocks: readonly string[]
}

export interface CompactResult {
  /** Samples in the new block. */
  readonly samples: number
  /** The block that cannot be read, in place of a new one. */
  readonly damaged?: { readonly ulid: string; readonly problem: string }
}

const CACHE_BYTES = 16 * 1024 * 1024
/** Works so long at a time, and rests as long: the thread's queries come in between. */
const SLICE_MS = 10

/** Errors of the machine, not of a block. */
const PASSING = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EACCES', 'EPERM', 'EAGAIN', 'EINTR', 'ENOSPC', 'EDQUOT'])

/** Writes one block in place of others, series by series. Runs in a query thread; the blocks stay as they are. */
export async function compactBlocks(
  folder: string,
  job: CompactJob,
  files: StoreFiles = realFiles,
): Promise<CompactResult> {
  const blocks = join(folder, 'blocks')
  using stack = new DisposableStack()
  const cache = new PageCache(CACHE_BYTES)
  try {
    const readers = job.blocks.map((name) => {
      const { ulid, tombstones } = parseVersion(name)
      return stack.use(BlockReader.open(join(blocks, ulid), cache, tombstones))
    })
    readers.sort(compareBlocks)
    const meta = await inSlices(
      writeBlockSteps(
        blocks,
        {
          ulid: job.ulid,
          minTimeMs: Math.min(...readers.map((reader) => reader.meta.minTimeMs)),
          maxTimeMs: Math.max(...readers.map((reader) => reader.meta.maxTimeMs)),
          headEndMs: Math.max(...readers.map(({ meta }) => endOfHead(meta))),
          series: mergeBlocks(readers),
          origin: originOf(readers),
        },
        files,
      ),
    )
    return { samples: meta.samples }
  } catch (error) {
    removeTree(files, join(blocks, `${job.ulid}.tmp`))
    if (error instanceof BlockError && !isPassing(error))
      return { samples: 0, damaged: { ulid: error.block, problem: error.message } }
    throw error
  }
}

/** The flushed blocks that a block's samples come from. */
export function sourcesOf({ ulid, sources }: BlockMeta): readonly string[] {
  return sources ?? [ulid]
}

function originOf(readers: readonly BlockReader[]): Pick<BlockMeta, 'level' | 'sources' | 'parents'> {
  return {
    level: Math.max(...readers.map(({ meta }) => meta.level ?? 1)) + 1,
    sources: [...new Set(readers.flatMap(({ meta }) => sourcesOf(meta)))].sort(),
    parents: readers.map(({ meta, tombstonesNumber }) => ({
      ulid: meta.ulid,
      minTimeMs: meta.minTimeMs,
      maxTimeMs: meta.maxTimeMs,
      tombstones: tombstonesNumber,
    })),
  }
}

async function inSlices<T>(steps: Generator<void, T, void>): Promise<T> {
  for (;;) {
    const began = performance.now()
    do {
      const step = steps.next()
      if (step.done === true) return step.value
    } while (performance.now() - began < SLICE_MS)
    await new Promise((resolve) => setTimeout(resolve, performance.now() - began))
  }
}

function isPassing({ cause }: BlockError): boolean {
  return typeof cause === 'object' && cause !== null && 'code' in cause && PASSING.has(String(cause.code))
}
