import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './program.ts'

/** How one blob of an image names another. */
export interface Described {
  readonly digest: string
  readonly size: number
  readonly platform: { readonly architecture: string }
}

/** What the image of one architecture consists of. */
export interface Manifest {
  readonly config: Described
  readonly layers: readonly Described[]
}

/** Why the image cannot be built on this machine, or undefined. */
export function imageMissing(): string | undefined {
  if (process.platform !== 'linux') return 'the image is built on Linux'
  const programs = ['apt-get', 'dpkg-deb', 'flock', 'gzip', 'git', 'npm']
  const lacking = programs.find((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
  return lacking === undefined ? undefined : `${lacking} is not installed`
}

/** Clones the commit, so that what is tested is that and not the files around it. */
export function cloneTo(folder: string): void {
  execFileSync('git', ['clone', '--quiet', root, folder])
  const modules = [join(root, 'node_modules'), join(folder, 'node_modules')]
  // Links cost nothing; between file systems there are none.
  if (spawnSync('cp', ['-al', ...modules]).status !== 0) execFileSync('cp', ['-a', ...modules])
}

/** Builds the image of a clone into a tar. */
export function buildImage(clone: string, tar: string, env: Readonly<Record<string, string>> = {}): void {
  execFileSync('sh', ['-c', 'umask "${UMASK:-022}"; exec scripts/image --output "$1"', 'sh', tar], {
    cwd: clone,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

/** An image's tar, unpacked. */
export class BuiltImage {
  readonly tar: string
  readonly #folder: string

  constructor(tar: string, folder: string) {
    this.tar = tar
    this.#folder = folder
    mkdirSync(join(folder, 'files'), { recursive: true })
    execFileSync('tar', ['-xf', tar, '-C', join(folder, 'files')])
  }

  /** The whole of it. */
  top(): Described {
    const index = JSON.parse(readFileSync(join(this.#folder, 'files/index.json'), 'utf8')) as { manifests: Described[] }
    return index.manifests[0]
  }

  file(digest: string): string {
    return join(this.#folder, 'files/blobs', digest.replace(':', '/'))
  }

  json(digest: string): unknown {
    return JSON.parse(readFileSync(this.file(digest), 'utf8'))
  }

  platforms(): readonly { readonly architecture: string; readonly manifest: Manifest }[] {
    const { manifests } = this.json(this.top().digest) as { manifests: Described[] }
    return manifests.map(({ digest, platform }) => ({ ...platform, manifest: this.json(digest) as Manifest }))
  }

  /** The list of contents beside the tar. */
  sbom(architecture: string): string {
    return readFileSync(this.tar.replace(/\.tar$/, `-${architecture}.spdx.json`), 'utf8')
  }

  /** The layers of an architecture, unpacked over each other. */
  rootOf(architecture: string): string {
    const into = join(this.#folder, `root-${architecture}`)
    if (existsSync(into)) return into
    mkdirSync(into)
    const { layers = [] } = this.platforms().find((it) => it.architecture === architecture)?.manifest ?? {}
    for (const { digest } of layers) execFileSync('tar', ['-xzpf', this.file(digest), '-C', into, '--numeric-owner'])
    return into
  }
}
