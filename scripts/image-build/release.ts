import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addFile, addParents } from './layer.ts'
import { ImageError, run } from './run.ts'
import type { BundledPackage } from '../bundled.ts'
import type { Tree } from './layer.ts'

/** The release that goes into the image, and what is known of it. */
export interface Release {
  readonly version: string
  /** The commit that it was built from. */
  readonly revision: string
  readonly license: string
  /** What is inside of others. */
  readonly packages: readonly BundledPackage[]
  readonly tree: Tree
}

/** Builds the release in a folder of its own, or reads the one that is named. */
export async function makeRelease(root: string, folder: string | undefined, mtimeS: number): Promise<Release> {
  if (folder !== undefined) return readRelease(root, folder, mtimeS)
  const made = mkdtempSync(join(tmpdir(), 'binnacle-release-'))
  try {
    await run(process.execPath, [join(root, 'scripts/build.ts'), made], { cwd: root })
    return readRelease(root, made, mtimeS)
  } finally {
    rmSync(made, { recursive: true })
  }
}

function readRelease(root: string, folder: string, mtimeS: number): Release {
  if (!existsSync(join(folder, 'packages.json')))
    throw new ImageError(`${folder} is no release: node scripts/build.ts ${folder}`)
  const json = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const { version, revision } = json('version.json') as { version: string; revision: string }
  const packages = json('packages.json') as BundledPackage[]
  const { license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { license: string }
  return { version, revision, license, packages, tree: treeOf(root, folder, mtimeS) }
}

/** All of it below /app, and the licences where Debian has them. */
function treeOf(root: string, folder: string, mtimeS: number): Tree {
  const tree: Tree = new Map()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    addFile(tree, `app/${file.slice(folder.length).replace(/^\/+/, '')}`, readFileSync(file), mtimeS)
  }
  addFile(tree, 'usr/share/doc/binnacle/copyright', readFileSync(join(root, 'LICENSE')), mtimeS)
  addParents(tree, mtimeS)
  // The layer below has these folders: an entry here would only give them another time.
  for (const path of ['usr', 'usr/share', 'usr/share/doc']) tree.delete(path)
  return tree
}
