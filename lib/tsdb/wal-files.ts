import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Puts a folder's entries (files made, renamed, removed) on the disk. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
