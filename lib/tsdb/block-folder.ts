import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureFolder, removeTree, type StoreFiles } from './store-files.ts'

/** The name of a block: a ULID. */
export function isBlockName(name: string): boolean {
  return /^[0-9A-HJKMNP-TV-Z]{26}$/.test(name)
}

/** What is left of a block that was not written, or not deleted, to the end. */
export function isLeftover(name: string): boolean {
  return name.endsWith('.tmp') && isBlockName(name.slice(0, -4))
}

/** Deletes a block so that it is there whole or not at all: it loses its name first. */
export function deleteBlock(files: StoreFiles, folder: string, name: string): void {
  const temp = join(folder, `${name}.tmp`)
  if (existsSync(join(folder, name))) {
    files.rename(join(folder, name), temp)
    files.syncFolder(folder)
  }
  removeTree(files, temp)
}

/** Moves what cannot be read from one folder to another, where nothing reads it; returns its place there. */
export function setAside(files: StoreFiles, folder: string, name: string, aside: string): string {
  ensureFolder(files, aside)
  let to = join(aside, name)
  for (let n = 2; existsSync(to); n++) to = join(aside, `${name}-${n}`)
  files.rename(join(folder, name), to)
  files.syncFolder(aside)
  files.syncFolder(folder)
  return to
}
