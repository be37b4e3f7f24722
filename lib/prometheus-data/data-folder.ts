import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type BlockMeta, readMeta } from './block-meta.ts'
import { HeadReader } from './head-reader.ts'
import { PrometheusDataError } from './data-error.ts'
import { Problems } from './problems.ts'
import { DataSource, type SourceBlock } from './data-source.ts'
import type { TimeWindow } from './time-slices.ts'

/** How many samples of the logs are in memory at once, unless told otherwise. */
const HEAD_SAMPLES = 16_000_000
/** Blocks of samples that came late, or of few series, do not say up to when the head was written. */
const PARTIAL: ReadonlySet<string> = new Set(['from-out-of-order', 'from-stale-series', 'from-selected-series'])

/** How a data folder is opened. */
export interface OpenOptions {
  readonly signal?: AbortSignal
  /** How many samples of the head's logs may be in memory at once; 16 million by default, 16 bytes each. */
  readonly headSamples?: number
}

/**
 * Opens Prometheus' data folder, which nothing else should be writing. The head's logs are read once to know what there is. What
 * cannot be read is set aside in `problems`.
 */
export async function openPrometheusData(folder: string, options: OpenOptions = {}): Promise<PrometheusData> {
  const problems = new Problems()
  const blocks = findBlocks(folder, problems)
  const head = new HeadReader(folder, minValidMs(blocks))
  try {
    const { windows } = await head.survey(options.headSamples ?? HEAD_SAMPLES, problems, options.signal)
    return new PrometheusData(problems, head, sourcesOf(blocks, head, windows, problems))
  } catch (error) {
    head[Symbol.dispose]()
    throw error
  }
}

/** What Prometheus' data folder holds. */
export class PrometheusData implements Disposable {
  /** What was set aside so far; reading the sources adds to it. */
  readonly problems: Problems
  /** In order of time, each to be read once. No two have a sample of one series and time. */
  readonly sources: readonly DataSource[]
  readonly #head: HeadReader

  constructor(problems: Problems, head: HeadReader, sources: readonly DataSource[]) {
    this.problems = problems
    this.sources = sources
    this.#head = head
  }

  /** Bytes of all sources, to be compared with what they have read. */
  get size(): number {
    return this.sources.reduce((sum, source) => sum + source.size, 0)
  }

  get readBytes(): number {
    return this.sources.reduce((sum, source) => sum + source.readBytes, 0)
  }

  [Symbol.dispose](): void {
    this.#head[Symbol.dispose]()
  }
}

function findBlocks(folder: string, problems: Problems): SourceBlock[] {
  const names = readdirSync(folder).filter((name) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(name))
  const found = names.flatMap((name) => {
    try {
      const path = join(folder, name)
      return [{ folder: path, meta: readMeta(path), size: sizeOf(path) }]
    } catch (error) {
      problems.addError(asDamage(join(folder, name), error))
      return []
    }
  })
  // A block that others were made into stays until it is removed.
  const replaced = new Set(found.flatMap(({ meta }) => meta.compaction.parents.map(({ ulid }) => ulid)))
  return found
    .filter(({ meta }) => !replaced.has(meta.ulid) && !meta.compaction.deletable)
    .sort((a, b) => a.meta.minTime - b.meta.minTime || (a.meta.ulid < b.meta.ulid ? -1 : 1))
}

/** A block that lacks a file is damaged. */
function asDamage(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' ? new PrometheusDataError(path, 0, (error as Error).message, error) : error
}

function sizeOf(folder: string): number {
  const chunks = readdirSync(join(folder, 'chunks')).map((name) => join(folder, 'chunks', name))
  return [join(folder, 'index'), ...chunks].reduce((sum, path) => sum + statSync(path).size, 0)
}

function minValidMs(blocks: readonly SourceBlock[]): number {
  const isWhole = ({ compaction }: BlockMeta) => !compaction.hints.some((hint) => PARTIAL.has(hint))
  return blocks.reduce((last, { meta }) => (isWhole(meta) ? Math.max(last, meta.maxTime) : last), -Infinity)
}

/** Blocks that overlap, with the head where it does, are one source; the head may be several, one after the other. */
function sourcesOf(
  blocks: readonly SourceBlock[],
  head: HeadReader,
  windows: readonly TimeWindow[],
  problems: Problems,
): DataSource[] {
  const { fromMs, toMs } = head.range
  const hasHead = fromMs <= toMs
  let groups: SourceBlock[][] = []
  for (const block of blocks) {
    const last = groups.at(-1)
    if (last && block.meta.minTime < endOf(last)) last.push(block)
    else groups.push([block])
  }
  const withHead = groups.filter((group) => hasHead && group[0].meta.minTime <= toMs && endOf(group) > fromMs)
  groups = groups.filter((group) => !withHead.includes(group))
  const alone = groups.map((group) => new DataSource(group, undefined, ALWAYS, problems))
  if (!hasHead) return alone
  const beside = withHead.flat()
  const parts = windows.map((window) => {
    const inside = beside.filter(({ meta }) => meta.minTime < window.toMs && meta.maxTime > window.fromMs)
    return new DataSource(inside, head, window, problems)
  })
  // A block may lie behind the head, but not between its samples.
  const before = alone.filter((source) => source.fromMs < fromMs)
  return [...before, ...parts, ...alone.slice(before.length)]
}

const ALWAYS: TimeWindow = { fromMs: -Infinity, toMs: Infinity }

function endOf(group: readonly SourceBlock[]): number {
  return Math.max(...group.map(({ meta }) => meta.maxTime))
}
