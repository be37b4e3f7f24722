import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { realFiles, type StoreFiles } from '../store-files.ts'

/** A change of a disk, or a promise that changes are on it. Files and folders go by numbers; 0 is the root. */
export type DiskStep =
  | { readonly kind: 'folder' | 'file'; readonly folder: number; readonly name: string; readonly inode: number }
  | { readonly kind: 'write'; readonly inode: number; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly inode: number; readonly size: number }
  | { readonly kind: 'sync' | 'failed-sync' | 'sync-folder'; readonly inode: number }
  | { readonly kind: 'rename'; readonly inode: number; readonly from: Entry; readonly to: Entry }
  | { readonly kind: 'remove'; readonly inode: number; readonly from: Entry }

/** A name in a folder. */
export interface Entry {
  readonly folder: number
  readonly name: string
}

/** Files of this machine below a root, and the record of all that was done to them. */
export class RecordedFiles implements StoreFiles {
  readonly steps: DiskStep[] = []
  /** What lay there at first, on the disk. */
  readonly first: DiskStep[] = []
  /** While this is set nothing is done: the process was killed and only this program does not know yet. */
  isDead = false
  /** How many syncs of files fail from now on. */
  failingSyncs = 0
  readonly #root: string
  readonly #inodes: Map<string, number>
  readonly #open = new Map<number, number>()
  readonly #sizes = new Map<number, number>()
  #last = 0

  constructor(root: string) {
    this.#root = root
    this.#inodes = new Map([[root, 0]])
    this.#scan(root)
  }

  makeFolder(path: string): void {
    if (this.isDead) return
    realFiles.makeFolder(path)
    this.#made('folder', path)
  }

  create(path: string): number {
    const fd = realFiles.create(path)
    this.#open.set(fd, this.#made('file', path))
    return fd
  }

  write(fd: number, bytes: Uint8Array, from: number, to: number): number {
    if (this.isDead) return to - from
    const written = realFiles.write(fd, bytes, from, to)
    this.#wrote(this.#inodeOf(fd), bytes.slice(from, from + written))
    return written
  }

  sync(fd: number): void {
    if (this.isDead) return
    const inode = this.#inodeOf(fd)
    if (this.failingSyncs > 0) {
      this.failingSyncs--
      this.steps.push({ kind: 'failed-sync', inode })
      throw new Error('input/output error')
    }
    this.steps.push({ kind: 'sync', inode })
  }

  close(fd: number): void {
    realFiles.close(fd)
    this.#open.delete(fd)
  }

  openToSync(path: string): number {
    const fd = realFiles.openToSync(path)
    this.#open.set(fd, this.#at(path))
    return fd
  }

  truncate(path: string, size: number): void {
    realFiles.truncate(path, size)
    const inode = this.#at(path)
    this.#sizes.set(inode, size)
    this.steps.push({ kind: 'truncate', inode, size })
  }

  syncFolder(path: string): void {
    if (!this.isDead) this.steps.push({ kind: 'sync-folder', inode: this.#at(path) })
  }

  rename(from: string, to: string): void {
    realFiles.rename(from, to)
    const inode = this.#at(from)
    this.steps.push({ kind: 'rename', inode, from: this.#entry(from), to: this.#entry(to) })
    for (const [path, number] of new Map(this.#inodes)) {
      if (path !== from && !path.startsWith(`${from}/`)) continue
      this.#inodes.delete(path)
      this.#inodes.set(to + path.slice(from.length), number)
    }
  }

  /** A disk without second names: what wants one makes a copy. */
  link(): void {
    throw Object.assign(new Error('no file gets a second name here'), { code: 'EPERM' })
  }

  remove(path: string): void {
    realFiles.remove(path)
    this.#removed(path)
  }

  removeFolder(path: string): void {
    realFiles.removeFolder(path)
    this.#removed(path)
  }

  #removed(path: string): void {
    this.steps.push({ kind: 'remove', inode: this.#at(path), from: this.#entry(path) })
    this.#inodes.delete(path)
  }

  #made(kind: 'folder' | 'file', path: string, steps = this.steps): number {
    const inode = ++this.#last
    this.#inodes.set(path, inode)
    steps.push({ kind, inode, ...this.#entry(path) })
    return inode
  }

  #wrote(inode: number, bytes: Uint8Array, steps = this.steps): void {
    const at = this.#sizes.get(inode) ?? 0
    this.#sizes.set(inode, at + bytes.length)
    steps.push({ kind: 'write', inode, at, bytes })
  }

  #scan(folder: string): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      const inode = this.#made(entry.isDirectory() ? 'folder' : 'file', path, this.first)
      if (entry.isDirectory()) this.#scan(path)
      else {
        this.#wrote(inode, readFileSync(path), this.first)
        this.first.push({ kind: 'sync', inode })
      }
    }
    this.first.push({ kind: 'sync-folder', inode: this.#at(folder) })
  }

  #entry(path: string): Entry {
    return { folder: this.#at(dirname(path)), name: basename(path) }
  }

  #at(path: string): number {
    const inode = this.#inodes.get(path)
    if (inode === undefined) throw new Error(`${path} is not below ${this.#root}`)
    return inode
  }

  #inodeOf(fd: number): number {
    return this.#open.get(fd) ?? this.#unknown(fd)
  }

  #unknown(fd: number): never {
    throw new Error(`no file is open as ${fd} below ${this.#root}`)
  }
}
