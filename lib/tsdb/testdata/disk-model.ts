import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DiskStep, Entry } from './recorded-files.ts'

/** Numbers in [0, 1) that a seed repeats. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What of the unsynced changes a power cut leaves. */
export type Survival = 'nothing' | 'everything' | 'some'

interface Change {
  readonly at: number
  /** None: the file was cut at `at`. */
  readonly bytes: Uint8Array | undefined
  /** A sync of it failed: none that follows puts it on the disk. */
  isDoomed: boolean
}

interface FileState {
  durable: Buffer
  pending: Change[]
}

/** A name that was set or removed, on the disk once the folders it concerns are synced. */
interface NameChange {
  readonly removed: Entry | undefined
  readonly set: Entry | undefined
  readonly inode: number
  readonly unsynced: Set<number>
}

/**
 * What a disk promises, and no more: content is there after its file was synced, a name after its folder was. Of all else any part
 * may survive: writes whole, torn, as zeros or not at all, in any order; names set, removed and changed, or not.
 */
export class DiskModel {
  readonly #files = new Map<number, FileState>()
  readonly #folders = new Map<number, Map<string, number>>([[0, new Map()]])
  #names: NameChange[] = []

  apply(step: DiskStep): void {
    if (step.kind === 'folder' || step.kind === 'file') {
      if (step.kind === 'folder') this.#folders.set(step.inode, new Map())
      else this.#files.set(step.inode, { durable: Buffer.alloc(0), pending: [] })
      this.#name(step.inode, undefined, step)
    } else if (step.kind === 'rename') this.#name(step.inode, step.from, step.to)
    else if (step.kind === 'remove') this.#name(step.inode, step.from, undefined)
    else if (step.kind === 'sync-folder') this.#syncFolder(step.inode)
    else this.#changeFile(step)
  }

  /** Makes a folder of what a power cut now leaves. */
  survive(folder: string, survival: Survival, random: () => number): void {
    const folders = new Map([...this.#folders].map(([inode, names]) => [inode, new Map(names)]))
    for (const change of this.#names) if (isKept(survival, random)) set(folders, change)
    const put = (inode: number, path: string) => {
      for (const [name, child] of folders.get(inode) ?? []) {
        const file = this.#files.get(child)
        if (file) writeFileSync(join(path, name), contentOf(file, survival, random))
        else {
          mkdirSync(join(path, name))
          put(child, join(path, name))
        }
      }
    }
    put(0, folder)
  }

  #name(inode: number, removed: Entry | undefined, set: Entry | undefined): void {
    const folders = [removed, set].filter((entry) => entry !== undefined).map(({ folder }) => folder)
    this.#names.push({ inode, removed, set, unsynced: new Set(folders) })
  }

  #syncFolder(folder: number): void {
    for (const change of this.#names) {
      change.unsynced.delete(folder)
      if (change.unsynced.size === 0) set(this.#folders, change)
    }
    this.#names = this.#names.filter((change) => change.unsynced.size > 0)
  }

  #changeFile(step: Extract<DiskStep, { inode: number }>): void {
    const file = this.#files.get(step.inode)
    if (!file) throw new Error(`no file ${step.inode}`)
    if (step.kind === 'write') file.pending.push({ at: step.at, bytes: step.bytes, isDoomed: false })
    else if (step.kind === 'truncate') file.pending.push({ at: step.size, bytes: undefined, isDoomed: false })
    else if (step.kind === 'failed-sync') for (const change of file.pending) change.isDoomed = true
    else {
      for (const change of file.pending) if (!change.isDoomed) file.durable = changed(file.durable, change.at, change.bytes)
      file.pending = file.pending.filter((change) => change.isDoomed)
    }
  }
}

function isKept(survival: Survival, random: () => number): boolean {
  return survival === 'everything' || (survival === 'some' && random() < 0.5)
}

function set(folders: Map<number, Map<string, number>>, { inode, removed, set: entry }: NameChange): void {
  if (removed && folders.get(removed.folder)?.get(removed.name) === inode)
    folders.get(removed.folder)?.delete(removed.name)
  if (entry) folders.get(entry.folder)?.set(entry.name, inode)
}

function contentOf({ durable, pending }: FileState, survival: Survival, random: () => number): Buffer {
  let content = durable
  for (const { at, bytes } of pending) {
    if (!isKept(survival, random)) continue
    const choice = survival === 'everything' ? 1 : random()
    const kept = Math.floor(random() * ((bytes?.length ?? 0) + 1))
    // Torn; grown, but the content never came; whole.
    if (choice < 0.3) content = changed(content, at, bytes?.subarray(0, kept))
    else if (choice < 0.45 && bytes) content = changed(content, at, bytes.map((byte, i) => (i < kept ? byte : 0)))
    else content = changed(content, at, bytes)
  }
  return content
}

function changed(content: Buffer, at: number, bytes: Uint8Array | undefined): Buffer {
  if (!bytes) return content.length > at ? content.subarray(0, at) : content
  const grown = Buffer.alloc(Math.max(content.length, at + bytes.length))
  content.copy(grown)
  grown.set(bytes, at)
  return grown
}
