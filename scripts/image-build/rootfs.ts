import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Tree } from './layer.ts'
import type { Part } from './make.ts'

/**
 * Writes the layers of one architecture as the folders `0` to `3`, lowest first, for the Dockerfile to copy. Owners are
 * left to it, since only root can set them.
 */
export function unpack([part]: readonly Part[], folder: string): void {
  for (const [i, { tree }] of part.trees.entries()) unpackTree(tree, join(folder, String(i)))
}

function unpackTree(tree: Tree, folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [path, { type, mode, body, target }] of [...tree].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const file = join(folder, path)
    mkdirSync(type === 'directory' ? file : dirname(file), { recursive: true })
    if (type === 'symlink') symlinkSync(target ?? '', file)
    else if (type === 'file') writeFileSync(file, body ?? '')
    // Set by hand: what is created takes the umask into account.
    if (type !== 'symlink') chmodSync(file, mode)
  }
}
