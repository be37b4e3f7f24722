import { execFileSync } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { architectures, type Architecture } from './architecture.ts'
import { baseTree, fetchBase } from './base.ts'
import { addFile, addParents, makeLayer } from './layer.ts'
import { nodeFor, Strip } from './node.ts'
import { makeImage, type About, type Image } from './oci.ts'
import { Archive, type Package } from './packages.ts'
import { makeRelease, type Release } from './release.ts'
import { ImageError, missingProgram, run } from './run.ts'
import { sbomOf } from './sbom.ts'
import type { Tree } from './layer.ts'
import type { NodePackage } from './node.ts'

/** What is built, and from what. */
export interface MakeOptions {
  readonly root: string
  readonly targets: readonly Architecture[]
  /** A release that is built already; absent: it is built. */
  readonly release?: string
  readonly cache: string
  readonly say: (line: string) => void
}

/** What one architecture's file system is made of, lowest first. */
export interface Part {
  readonly architecture: Architecture
  readonly trees: readonly { readonly title: string; readonly tree: Tree }[]
  readonly sbom: string
}

/** What goes into the image, and what it says of itself. */
export interface Parts {
  readonly about: About
  readonly parts: readonly Part[]
}

/** Downloads and compressed layers of earlier builds. */
export function defaultCache(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'binnacle-image')
}

/** Gathers all that goes into the image. */
export async function gather(options: MakeOptions): Promise<Parts> {
  const { root, targets, release: folder, cache, say } = options
  const missing = missingProgram('apt-get', 'dpkg-deb', 'flock', 'gzip', 'npm', 'git')
  if (missing !== undefined)
    throw new ImageError(`${missing} is not installed: the image is built on Debian with npm and git`)
  const createdS = sourceDateS(root)
  say(folder === undefined ? 'building the release' : `taking the release in ${folder}`)
  if (git(root, 'status', '--porcelain') !== '')
    say('there are changes that are not committed: the image may hold more than the commit that it names')
  const release = await makeRelease(root, folder, createdS)
  say(`fetching Debian packages for ${targets.map(({ name }) => name).join(' and ')}`)
  const host = await hostArchitecture()
  const opened = [...new Set([host, ...targets])]
  const archives = new Map(
    await Promise.all(opened.map(async (it) => [it, await Archive.open(cache, it.name, say)] as const)),
  )
  using strip = await Strip.open(known(archives, host), host, targets)
  const parts = await Promise.all(
    targets.map(async (target) => {
      const base = await fetchBase(known(archives, target))
      const node = await nodeFor(target, strip, root, cache)
      say(`${target.name}: Debian ${versionsOf(base)}; Node ${node.version}`)
      return partOf(target, base, node, release, createdS)
    }),
  )
  const { version, revision, license } = release
  return { about: { version, revision, license, createdS }, parts }
}

/** Makes layers of what was gathered, and the image of them. */
export async function assemble({ about, parts }: Parts, cache: string): Promise<Image> {
  const made = parts.map(async ({ architecture, trees }) => ({
    architecture,
    layers: await Promise.all(trees.map(({ title, tree }) => makeLayer(title, tree, cache))),
  }))
  return makeImage(await Promise.all(made), about)
}

/** What changes least lies lowest, so that an update is the size of the release. */
async function partOf(
  architecture: Architecture,
  base: readonly Package[],
  node: NodePackage,
  release: Release,
  createdS: number,
): Promise<Part> {
  const sbom = sbomOf({ architecture, base, node, release, createdS })
  const list: Tree = new Map()
  addFile(list, 'usr/share/sbom/binnacle.spdx.json', sbom, createdS)
  addParents(list, createdS)
  for (const path of ['usr', 'usr/share']) list.delete(path)
  const trees = [
    { title: `Debian: ${versionsOf(base)}`, tree: await baseTree(base) },
    { title: `Node ${node.version}`, tree: node.tree },
    { title: `Binnacle ${release.version} (${release.revision})`, tree: release.tree },
    { title: 'list of contents (SPDX)', tree: list },
  ]
  return { architecture, trees, sbom }
}

function versionsOf(packages: readonly Package[]): string {
  return packages.map(({ name, version }) => `${name} ${version}`).join(', ')
}

function known(archives: ReadonlyMap<Architecture, Archive>, architecture: Architecture): Archive {
  const archive = archives.get(architecture)
  if (archive === undefined) throw new ImageError(`no archive is open for ${architecture.name}`)
  return archive
}

async function hostArchitecture(): Promise<Architecture> {
  const name = (await run('dpkg', ['--print-architecture'])).toString().trim()
  const found = architectures.find((it) => it.name === name)
  if (found === undefined) throw new ImageError(`the image is built on amd64 or arm64, this is ${name}`)
  return found
}

/** SOURCE_DATE_EPOCH, else the time of the commit: https://reproducible-builds.org/specs/source-date-epoch/ */
function sourceDateS(root: string): number {
  const given = process.env['SOURCE_DATE_EPOCH']
  if (given !== undefined && !/^\d{1,10}$/.test(given))
    throw new ImageError(`SOURCE_DATE_EPOCH is ${given}: seconds since 1970 are meant`)
  return Number(given ?? git(root, 'log', '-1', '--format=%ct'))
}

function git(root: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
}
