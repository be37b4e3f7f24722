import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { addFile, addParents, readTar, writeWhole } from './layer.ts'
import { ImageError, run } from './run.ts'
import type { Architecture } from './architecture.ts'
import type { Tree } from './layer.ts'
import type { Archive, Package } from './packages.ts'

/** The Node of the image: a package of the npm registry, in the version and with the hash that package-lock.json has. */
export interface NodePackage {
  readonly name: string
  readonly version: string
  readonly integrity: string
  readonly license: string
  /** The version without its symbols, and its licence. */
  readonly tree: Tree
}

interface Locked {
  readonly version: string
  readonly integrity: string
  readonly license: string
}

/** Fetches Node for an architecture and strips its symbols, a fifth of it. */
export async function nodeFor(
  architecture: Architecture,
  strip: Strip,
  root: string,
  cache: string,
): Promise<NodePackage> {
  const name = architecture.nodePackage
  const locked = lockedPackage(name, root)
  const content = await readTar(gunzipSync(await tarball(name, locked, cache)))
  const program = content.get('package/bin/node')
  const licence = content.get('package/LICENSE')?.body
  if (program?.body === undefined || licence === undefined)
    throw new ImageError(`${name}@${locked.version} holds no bin/node or no LICENSE`)
  const tree: Tree = new Map()
  addFile(tree, 'usr/bin/node', await strip.strip(architecture, program.body), program.mtimeS, 0o755)
  addFile(tree, 'usr/share/doc/node/copyright', licence, program.mtimeS)
  addParents(tree, program.mtimeS)
  return { name, ...locked, tree }
}

function lockedPackage(name: string, root: string): Locked {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }
  const locked = lock.packages[`node_modules/${name}`]
  if (locked === undefined) throw new ImageError(`package-lock.json has no ${name}: npm install --save-exact ${name}`)
  return locked
}

async function tarball(name: string, { version, integrity }: Locked, cache: string): Promise<Buffer> {
  const file = join(cache, 'npm', `${name}-${version}.tgz`)
  if (existsSync(file) && integrityOf(readFileSync(file)) === integrity) return readFileSync(file)
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-npm-'))
  try {
    await run('npm', ['pack', '--silent', '--pack-destination', folder, `${name}@${version}`], { cwd: folder })
    const bytes = readFileSync(join(folder, `${name}-${version}.tgz`))
    const is = integrityOf(bytes)
    if (is !== integrity) throw new ImageError(`${name}@${version} is ${is}, but package-lock.json says ${integrity}`)
    writeWhole(file, bytes)
    return bytes
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function integrityOf(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`
}

/** Debian's `strip` for each architecture, unpacked beside the machine's own programs, so that it is the same for all. */
export class Strip implements Disposable {
  readonly #folder: string
  readonly #triplet: string

  private constructor(folder: string, triplet: string) {
    this.#folder = folder
    this.#triplet = triplet
  }

  /** Fetches and unpacks it for this machine. */
  static async open(archive: Archive, host: Architecture, targets: readonly Architecture[]): Promise<Strip> {
    const packages = await archive.fetchWithDependencies(targets.map(({ binutils }) => binutils))
    const folder = mkdtempSync(join(tmpdir(), 'binnacle-strip-'))
    const strip = new Strip(folder, host.triplet)
    for (const { file } of packages.filter(isOwn)) await run('dpkg-deb', ['--extract', file, folder])
    return strip
  }

  /** The program without its symbols. */
  async strip({ triplet }: Architecture, program: Buffer): Promise<Buffer> {
    const folder = join(this.#folder, triplet)
    mkdirSync(folder)
    writeFileSync(join(folder, 'in'), program)
    const env = { LD_LIBRARY_PATH: join(this.#folder, 'usr/lib', this.#triplet) }
    const args = ['--strip-all', '-o', join(folder, 'out'), join(folder, 'in')]
    await run(join(this.#folder, `usr/bin/${triplet}-strip`), args, { env })
    return readFileSync(join(folder, 'out'))
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** The C library stays the machine's: its loader is the one that starts the program. */
function isOwn({ name }: Package): boolean {
  return !/^(libc6|libgcc-s1|gcc-\d+-base|libcrypt1)$/.test(name)
}
