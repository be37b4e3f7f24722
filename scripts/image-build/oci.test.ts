import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { architectures } from './architecture.ts'
import { addFile, makeLayer, readTar, type Tree } from './layer.ts'
import { makeImage, parsed, readLayout, writeLayout } from './oci.ts'

const about = { version: '1.2.3', revision: '0'.repeat(40), license: 'Apache-2.0', createdS: 0 }

const cache = mkdtempSync(join(tmpdir(), 'binnacle-oci-'))
after(() => rmSync(cache, { recursive: true }))

interface Config {
  readonly User: string
  readonly ExposedPorts: Readonly<Record<string, object>>
  readonly Env: readonly string[]
  readonly Entrypoint: readonly string[]
  readonly WorkingDir: string
}

async function image() {
  const tree: Tree = new Map()
  addFile(tree, 'a', 'b', 0)
  const layers = [await makeLayer('one', tree, cache)]
  return makeImage(
    architectures.map((architecture) => ({ architecture, layers })),
    about,
  )
}

test('oci: an image that was written as a tar is read as it was', async () => {
  const made = await image()
  const read = readLayout(await readTar(await writeLayout(made, 'docker.io/library/a:1', 0)))
  assert.deepEqual(read.top, made.top)
  assert.deepEqual(read.blobs, made.blobs)
})

test('oci: a tar in which a blob is damaged is refused', async () => {
  const made = await image()
  const tree = await readTar(await writeLayout(made, 'docker.io/library/a:1', 0))
  const path = `blobs/${made.top.digest.replace(':', '/')}`
  addFile(tree, path, 'x', 0)
  assert.throws(() => readLayout(tree), { name: 'ImageError', message: `${path} is damaged: build the image again` })
  assert.throws(() => readLayout(new Map()), /no index.json/)
})

test("oci: the Dockerfile's configuration is that of the image", async () => {
  const { blobs, top } = await image()
  const [{ digest }] = parsed(blobs, top).manifests ?? []
  const { config } = parsed(blobs, { mediaType: '', size: 0, digest })
  const { config: is } = JSON.parse(blobs.get(config?.digest ?? '')?.toString() ?? '{}') as { config: Config }
  const file = readFileSync(join(import.meta.dirname, '../../deploy/Dockerfile'), 'utf8')
  const last = file.slice(file.lastIndexOf('\nFROM '))
  const said = (word: string) => new RegExp(`^${word} (.*)$`, 'm').exec(last)?.[1] ?? ''
  assert.equal(said('USER'), is.User)
  assert.equal(said('WORKDIR'), is.WorkingDir)
  assert.deepEqual(said('ENV').split(' '), is.Env)
  assert.deepEqual(JSON.parse(said('ENTRYPOINT')), is.Entrypoint)
  assert.deepEqual(
    said('EXPOSE')
      .split(' ')
      .map((port) => `${port}/tcp`),
    Object.keys(is.ExposedPorts),
  )
})
