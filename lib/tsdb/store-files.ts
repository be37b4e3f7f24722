import {
  closeSync,
  existsSync,
  linkSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * All that the store does to its folder beside reading, one call of the kernel each, synchronous. What was written is on the disk
 * after `sync`; a name that was made, changed or removed after `syncFolder` of its folder. Until then a power cut may keep any part.
 */
export interface StoreFiles {
  /** Makes a folder in one that is there; fails where the name is taken. */
  makeFolder(path: string): void
  /** Makes a file and opens it for writing at its end; fails where the name is taken. */
  create(path: string): number
  /** Writes bytes[from, to) at the end; returns how many were written. */
  write(fd: number, bytes: Uint8Array, from: number, to: number): number
  sync(fd: number): void
  close(fd: number): void
  /** Opens a file so that it can be synced. */
  openToSync(path: string): number
  /** Shortens a file. */
  truncate(path: string, size: number): void
  syncFolder(path: string): void
  rename(from: string, to: string): void
  /** Gives a file a second name; fails where the file system cannot. */
  link(from: string, to: string): void
  remove(path: string): void
  /** Removes an empty folder. */
  removeFolder(path: string): void
}

/** How much is copied at a time. */
const COPIED = 1 << 20

/** The files of this machine. */
export const realFiles: StoreFiles = {
  makeFolder: (path) => mkdirSync(path),
  create: (path) => openSync(path, 'ax'),
  write: (fd, bytes, from, to) => writeSync(fd, bytes, from, to - from),
  sync: (fd) => fdatasyncSync(fd),
  close: (fd) => closeSync(fd),
  openToSync: (path) => openSync(path, 'r'),
  truncate: (path, size) => truncateSync(path, size),
  syncFolder: (path) => {
    const fd = openSync(path, 'r')
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  },
  rename: (from, to) => renameSync(from, to),
  link: (from, to) => linkSync(from, to),
  remove: (path) => unlinkSync(path),
  removeFolder: (path) => rmdirSync(path),
}

/** Opens a file to read it. */
export function openToRead(path: string): number {
  return openSync(path, 'r')
}

/** Makes a folder, and those above it, where they are missing; each is there after a power cut. */
export function ensureFolder(files: StoreFiles, path: string): void {
  if (existsSync(path)) return
  const above = dirname(path)
  if (above !== path) ensureFolder(files, above)
  try {
    files.makeFolder(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  files.syncFolder(above)
}

/** Makes a file that has these bytes on the disk; its name is there once the folder is synced. */
export function writeNewFile(files: StoreFiles, path: string, bytes: Uint8Array): void {
  const fd = files.create(path)
  try {
    writeAll(files, fd, bytes)
    files.sync(fd)
  } finally {
    files.close(fd)
  }
}

/** Makes a second file with the same content, on the disk; its name is there once the folder is synced. */
export function copyFile(files: StoreFiles, from: string, to: string): void {
  const source = openToRead(from)
  try {
    const fd = files.create(to)
    try {
      const piece = new Uint8Array(COPIED)
      for (;;) {
        const length = readSync(source, piece, 0, COPIED, null)
        if (length === 0) break
        writeAll(files, fd, piece.subarray(0, length))
      }
      files.sync(fd)
    } finally {
      files.close(fd)
    }
  } finally {
    closeSync(source)
  }
}

/** Writes all bytes, in as many turns as it takes. */
export function writeAll(files: StoreFiles, fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += files.write(fd, bytes, done, bytes.length)
}

/** Puts the content of a file on the disk. */
export function syncFile(files: StoreFiles, path: string): void {
  const fd = files.openToSync(path)
  try {
    files.sync(fd)
  } finally {
    files.close(fd)
  }
}

/** Removes a file or a folder with all that is in it; nothing where there is none. */
export function removeTree(files: StoreFiles, path: string): void {
  const above = dirname(path)
  const name = path.slice(above.length + 1)
  const entry = existsSync(above)
    ? readdirSync(above, { withFileTypes: true }).find((one) => one.name === name)
    : undefined
  if (entry === undefined) return
  if (!entry.isDirectory()) {
    files.remove(path)
    return
  }
  for (const one of readdirSync(path)) removeTree(files, join(path, one))
  files.removeFolder(path)
}
