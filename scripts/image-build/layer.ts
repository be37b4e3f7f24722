import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { extract, pack } from 'tar-stream'
import { ImageError, run, stream } from './run.ts'

/** One file, folder or symbolic link of a layer. */
export interface Entry {
  readonly type: 'file' | 'directory' | 'symlink'
  readonly mode: number
  /** The user and the group that own it. */
  readonly owner: number
  readonly mtimeS: number
  readonly body?: Buffer
  readonly target?: string
}

/** The entries of a layer by path; paths have no slash at either end. */
export type Tree = Map<string, Entry>

/** A layer as it is stored: a compressed tar under its digest. */
export interface Layer {
  readonly title: string
  /** Of the tar. */
  readonly diffId: string
  /** Of the compressed tar. */
  readonly digest: string
  readonly blob: Buffer
}

/** `sha256:` and the hash, as digests are written. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** Adds a file that belongs to root. */
export function addFile(tree: Tree, path: string, body: Buffer | string, mtimeS: number, mode = 0o644): void {
  tree.set(path, { type: 'file', mode, owner: 0, mtimeS, body: Buffer.from(body) })
}

/** Adds a folder. */
export function addDirectory(tree: Tree, path: string, mtimeS: number, mode = 0o755, owner = 0): void {
  tree.set(path, { type: 'directory', mode, owner, mtimeS })
}

/** Adds the folders above each entry that are not there yet. */
export function addParents(tree: Tree, mtimeS: number): void {
  for (const path of tree.keys())
    for (let above = dirname(path); above !== '.'; above = dirname(above))
      if (!tree.has(above)) addDirectory(tree, above, mtimeS)
}

/**
 * Writes the tree as a tar and compresses it. The same tree gives the same bytes everywhere: entries are sorted, nothing
 * is taken from the file system, and gzip is the system's, since that of Node depends on the processor.
 */
export async function makeLayer(title: string, tree: Tree, cache: string): Promise<Layer> {
  const tar = await tarOf(tree)
  const diffId = digestOf(tar)
  const blob = await compressed(tar, diffId, cache)
  return { title, diffId, digest: digestOf(blob), blob }
}

/** The tree as an uncompressed tar, sorted by path. */
export async function tarOf(tree: Tree): Promise<Buffer> {
  const tar = pack()
  const bytes = buffer(tar)
  for (const [path, entry] of [...tree].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const { type, mode, owner, target: linkname, body } = entry
    const name = type === 'directory' ? `${path}/` : path
    const header = { name, type, mode, uid: owner, gid: owner, mtime: new Date(entry.mtimeS * 1000), linkname }
    if (type === 'file') tar.entry(header, body ?? Buffer.alloc(0))
    else tar.entry(header)
  }
  tar.finalize()
  return bytes
}

/** Reads a tar, from a file's bytes or from a program that prints one. */
export async function readTar(source: Buffer | readonly [string, ...string[]]): Promise<Tree> {
  const tree: Tree = new Map()
  const reader = extract()
  const program = Buffer.isBuffer(source) ? undefined : stream(source[0], source.slice(1))
  if (program === undefined) reader.end(source)
  else program.output.pipe(reader)
  for await (const entry of reader) {
    const { name, mode, uid, mtime, linkname } = entry.header
    const path = name.replace(/^\.?\/+/, '').replace(/\/+$/, '')
    const body = await buffer(entry)
    const mtimeS = Math.floor((mtime?.getTime() ?? 0) / 1000)
    if (path !== '')
      tree.set(path, { type: typeOf(entry.header), mode, owner: uid, mtimeS, body, target: linkname ?? undefined })
  }
  await program?.ended
  return tree
}

function typeOf({ type, name }: { type?: string | null; name: string }): Entry['type'] {
  if (type === 'file' || type === 'directory' || type === 'symlink') return type
  throw new ImageError(`read tar: ${name} is a ${type ?? 'thing without a type'}, which a layer does not hold`)
}

/** A layer that was compressed before is taken from the cache, if what it holds is still that. */
async function compressed(tar: Buffer, diffId: string, cache: string): Promise<Buffer> {
  const gzip = (await run('gzip', ['--version']))
    .toString()
    .split('\n', 1)[0]
    .replaceAll(/[^\w.]+/g, '-')
  const file = join(cache, 'layers', `${diffId.replace(':', '-')}-${gzip}.gz`)
  if (existsSync(file)) {
    const blob = readFileSync(file)
    if (holds(blob, diffId)) return blob
  }
  const blob = await run('gzip', ['-n', '-6', '-c'], { input: tar })
  writeWhole(file, blob)
  return blob
}

function holds(blob: Buffer, diffId: string): boolean {
  try {
    return digestOf(gunzipSync(blob)) === diffId
  } catch {
    return false // cut off or damaged: it is made anew
  }
}

/** Writes a file so that no one ever sees half of it. */
export function writeWhole(file: string, bytes: Buffer | string): void {
  mkdirSync(dirname(file), { recursive: true })
  const half = `${file}.${process.pid}.part`
  writeFileSync(half, bytes)
  renameSync(half, file)
}
