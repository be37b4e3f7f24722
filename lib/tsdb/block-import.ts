import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readMeta } from './block-files.ts'
import { deleteBlock, isBlockName } from './block-folder.ts'
import { type BlockMeta, LATE } from './block-meta.ts'
import { type BlockSeries, writeBlockSteps } from './block-writer.ts'
import { FolderLock } from './folder-lock.ts'
import { compareSeries } from './series-order.ts'
import { ensureFolder, realFiles, type StoreFiles } from './store-files.ts'

/** Where samples come from: a name that is the same when the import is tried again, and their times, both ends included. */
export interface ImportSource {
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Adds blocks made of samples from elsewhere to the folder of a store that no server has open. What a killed import left
 * unfinished is removed; what it finished is known by name. The blocks may overlap others: of samples at one time one is read.
 */
export class BlockImport implements Disposable {
  readonly #lock: FolderLock
  readonly #files: StoreFiles
  readonly #blocks: string
  readonly #finished: ReadonlySet<string>

  constructor(folder: string, files: StoreFiles = realFiles) {
    ensureFolder(files, folder)
    this.#lock = new FolderLock(folder, files)
    this.#files = files
    this.#blocks = join(folder, 'blocks')
    ensureFolder(files, this.#blocks)
    const metas = readdirSync(this.#blocks)
      .filter(isBlockName)
      .map((name) => readMeta(join(this.#blocks, name), name))
    const imported = metas.filter(({ imported }) => imported !== undefined)
    this.#finished = new Set(imported.filter(({ imported }) => imported?.isLast).map(({ imported }) => imported!.from))
    for (const { ulid, imported: part } of imported) {
      if (!this.#finished.has(part!.from)) deleteBlock(files, this.#blocks, ulid)
    }
  }

  /** Whether all of a source is there already. */
  has(name: string): boolean {
    return this.#finished.has(name)
  }

  /** Takes the series of a source; `finish` makes them count. */
  begin(source: ImportSource): ImportWriter {
    return new ImportWriter(this.#files, this.#blocks, source)
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]()
  }
}

/** Writes the series of one source into a block; into several where they do not come in a block's order. */
export class ImportWriter implements Disposable {
  samples: number
  series: number
  readonly #files: StoreFiles
  readonly #folder: string
  readonly #source: ImportSource
  #part: Part | undefined
  #before: BlockSeries | undefined

  constructor(files: StoreFiles, folder: string, source: ImportSource) {
    this.samples = 0
    this.series = 0
    this.#files = files
    this.#folder = folder
    this.#source = source
    this.#part = undefined
    this.#before = undefined
  }

  /** Its arrays are read before this returns. */
  add(series: BlockSeries): void {
    if (series.count === 0) return
    if (this.#before && compareSeries(this.#before.labels, series.labels) >= 0) this.#endPart(false)
    this.#part ??= new Part(this.#files, this.#folder, this.#source)
    this.#part.add(series)
    this.#before = series
    this.samples += series.count
    this.series++
  }

  finish(): void {
    this.#endPart(true)
  }

  [Symbol.dispose](): void {
    this.#part?.abandon()
    this.#part = undefined
  }

  #endPart(isLast: boolean): void {
    const part = this.#part ?? new Part(this.#files, this.#folder, this.#source)
    this.#part = undefined
    part.finish(isLast)
  }
}

/** A block to which series are handed one by one. */
class Part {
  readonly #steps: Generator<void, BlockMeta, void>
  readonly #imported: { from: string; isLast: boolean }
  #next: BlockSeries | undefined

  constructor(files: StoreFiles, folder: string, { name, fromMs, toMs }: ImportSource) {
    this.#next = undefined
    this.#imported = { from: name, isLast: false }
    const take = () => {
      const next = this.#next
      this.#next = undefined
      return next
    }
    const series = (function* (): Iterable<BlockSeries> {
      for (let next = take(); next !== undefined; next = take()) yield next
    })()
    const origin = { imported: this.#imported }
    const source = { minTimeMs: fromMs, maxTimeMs: toMs, headEndMs: LATE, series, origin }
    this.#steps = writeBlockSteps(folder, source, files)
  }

  add(series: BlockSeries): void {
    this.#next = series
    this.#steps.next()
  }

  finish(isLast: boolean): void {
    this.#imported.isLast = isLast
    this.#steps.next()
  }

  abandon(): void {
    this.#steps.return(undefined as never)
  }
}
