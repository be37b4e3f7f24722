/** `npm run image [-- FLAGS]`, `scripts/image --help`: builds the container image, and pushes it where that is asked for. */
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { architectures } from './image-build/architecture.ts'
import { readTar, writeWhole } from './image-build/layer.ts'
import { assemble, defaultCache, gather, type Parts } from './image-build/make.ts'
import { parsed, readLayout, writeLayout, type Image } from './image-build/oci.ts'
import { push } from './image-build/push.ts'
import { unpack } from './image-build/rootfs.ts'
import { ImageError } from './image-build/run.ts'

interface Flags {
  readonly output?: string
  readonly arch?: string
  readonly release?: string
  readonly name?: string
  readonly push?: string
  readonly mountFrom?: string
  readonly from?: string
  readonly rootfs?: string
}

const root = join(import.meta.dirname, '..')
const started = Date.now()

const command = new Command('scripts/image')
  .description(
    'Builds the container image from Debian packages, Node and the release, without Docker and without a registry.',
  )
  .option('--output <file>', 'the tar to write (default: dist/image/binnacle-VERSION.tar)')
  .addOption(
    new Option('--arch <name>', 'build for this architecture alone').choices(architectures.map(({ name }) => name)),
  )
  .option('--release <folder>', 'take this release instead of building one')
  .option('--name <name>', 'what the image is called in the tar (default: docker.io/library/binnacle:VERSION)')
  .option('--push <reference>', 'push what was built to a registry, such as registry.example.com/binnacle:0.1.0')
  .option('--mount-from <repository>', 'a repository of the same registry that may have some of the layers')
  .option('--from <tar>', 'push this tar instead of building one')
  .option('--rootfs <folder>', 'write the layers as folders for the Dockerfile, and no image')
  .addHelpText('after', '\nDownloads are kept in $XDG_CACHE_HOME/binnacle-image. docs/image.md says more.')

await main(command.parse().opts<Flags>())

async function main(flags: Flags): Promise<void> {
  try {
    if (flags.from !== undefined && flags.push === undefined)
      throw new ImageError('--from names a tar that is pushed: add --push')
    const image = flags.from === undefined ? await build(flags) : await read(flags.from)
    if (flags.push !== undefined && image !== undefined) {
      const digest = await push(image, flags.push, { mountFrom: flags.mountFrom, say })
      say(`pushed ${flags.push} as ${digest}`)
    }
  } catch (error) {
    if (!(error instanceof ImageError)) throw error
    process.stderr.write(`scripts/image: ${error.message}\n`)
    process.exitCode = 1
  }
}

async function read(file: string): Promise<Image> {
  try {
    return readLayout(await readTar(readFileSync(file)))
  } catch (error) {
    throw new ImageError(`read the image in ${file}: ${(error as Error).message}`, { cause: error })
  }
}

async function build(flags: Flags): Promise<Image | undefined> {
  const cache = defaultCache()
  const targets = architectures.filter(({ name }) => flags.arch === undefined || flags.arch === name)
  const release = flags.release === undefined ? undefined : resolve(flags.release)
  const parts = await gather({ root, targets, release, cache, say })
  if (flags.rootfs !== undefined) {
    unpack(parts.parts, resolve(flags.rootfs))
    return undefined
  }
  say('compressing layers')
  const image = await assemble(parts, cache)
  await write(image, parts, flags)
  return image
}

async function write(image: Image, { about, parts }: Parts, flags: Flags): Promise<void> {
  const output = resolve(flags.output ?? join(root, `dist/image/binnacle-${about.version}.tar`))
  const name = flags.name ?? `docker.io/library/binnacle:${about.version}`
  mkdirSync(dirname(output), { recursive: true })
  writeWhole(output, await writeLayout(image, name, about.createdS))
  for (const { architecture, sbom } of parts)
    writeWhole(output.replace(/(\.tar)?$/, `-${architecture.name}.spdx.json`), sbom)
  for (const [i, manifest] of (parsed(image.blobs, image.top).manifests ?? []).entries()) {
    const bytes = parsed(image.blobs, manifest).layers?.reduce((sum, { size }) => sum + size, 0) ?? 0
    say(`${parts[i].architecture.name}: ${(bytes / 1e6).toFixed(1)} MB packed`)
  }
  say(`${relative(process.cwd(), output)} holds ${name} as ${image.top.digest}`)
}

function say(line: string): void {
  process.stdout.write(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}\n`)
}
