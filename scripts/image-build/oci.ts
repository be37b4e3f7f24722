/**
 * An image as files: https://github.com/opencontainers/image-spec. One tar serves every reader:
 *
 *     oci-layout, index.json ─▶ index ─┬─▶ manifest amd64 ─▶ config, layers     containerd, kind, k3s, registries
 *     blobs/sha256/…                   └─▶ manifest arm64 ─▶ config, layers
 *     manifest.json ─▶ config and layers of the first architecture             docker load, before containerd's store
 */
import { addDirectory, addFile, digestOf, tarOf } from './layer.ts'
import { ImageError } from './run.ts'
import { USER } from './base.ts'
import type { Architecture } from './architecture.ts'
import type { Layer, Tree } from './layer.ts'

export const INDEX = 'application/vnd.oci.image.index.v1+json'
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'

/** How one blob names another. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly platform?: { readonly architecture: string; readonly os: string; readonly variant?: string }
  readonly annotations?: Readonly<Record<string, string>>
}

/** A manifest's or an index's references. */
export interface References {
  readonly mediaType: string
  readonly config?: Descriptor
  readonly layers?: readonly Descriptor[]
  readonly manifests?: readonly Descriptor[]
}

/** Blobs by digest, and the one that leads to all others. */
export interface Image {
  readonly top: Descriptor
  readonly blobs: ReadonlyMap<string, Buffer>
}

/** What the image says of itself. */
export interface About {
  readonly version: string
  readonly revision: string
  readonly license: string
  readonly createdS: number
}

/** The whole image of one architecture or several. */
export function makeImage(
  parts: readonly { architecture: Architecture; layers: readonly Layer[] }[],
  about: About,
): Image {
  const blobs = new Map<string, Buffer>()
  const manifests = parts.map(({ architecture, layers }) => {
    for (const { digest, blob } of layers) blobs.set(digest, blob)
    const config = store(blobs, CONFIG, configOf(architecture, layers, about))
    const described = layers.map(({ digest, blob }) => ({ mediaType: LAYER, digest, size: blob.length }))
    const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers: described, annotations: labels(about) }
    const { name, variant } = architecture
    return { ...store(blobs, MANIFEST, manifest), platform: { architecture: name, os: 'linux', variant } }
  })
  const index = { schemaVersion: 2, mediaType: INDEX, manifests, annotations: labels(about) }
  return { top: store(blobs, INDEX, index), blobs }
}

/** The image as a tar under a name such as `docker.io/library/binnacle:0.1.0`. */
export function writeLayout({ top, blobs }: Image, name: string, createdS: number): Promise<Buffer> {
  const tree: Tree = new Map()
  const json = (path: string, value: unknown) => addFile(tree, path, JSON.stringify(value), createdS)
  addDirectory(tree, 'blobs', createdS)
  addDirectory(tree, 'blobs/sha256', createdS)
  for (const [digest, blob] of blobs) addFile(tree, pathOf(digest), blob, createdS)
  const tag = name.slice(name.lastIndexOf(':') + 1)
  const annotations = { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': tag }
  json('index.json', { schemaVersion: 2, mediaType: INDEX, manifests: [{ ...top, annotations }] })
  json('oci-layout', { imageLayoutVersion: '1.0.0' })
  const [first] = parsed(blobs, top).manifests ?? []
  const { config, layers = [] } = parsed(blobs, first)
  const files = layers.map(({ digest }) => pathOf(digest))
  const repoTag = name.replace(/^docker\.io\/(library\/)?/, '')
  json('manifest.json', [{ Config: pathOf(config?.digest ?? ''), RepoTags: [repoTag], Layers: files }])
  return tarOf(tree)
}

/** Reads such a tar again; every blob is what its name says. */
export function readLayout(tree: Tree): Image {
  const index = tree.get('index.json')?.body
  const [top] = index === undefined ? [] : ((JSON.parse(index.toString()) as References).manifests ?? [])
  if (top === undefined) throw new ImageError('the tar holds no index.json that names an image')
  const blobs = new Map<string, Buffer>()
  for (const [path, { body }] of tree) {
    if (!path.startsWith('blobs/sha256/') || body === undefined) continue
    const digest = `sha256:${path.slice('blobs/sha256/'.length)}`
    if (digestOf(body) !== digest) throw new ImageError(`${path} is damaged: build the image again`)
    blobs.set(digest, body)
  }
  return { top: { mediaType: top.mediaType, digest: top.digest, size: top.size }, blobs }
}

/** What a manifest or an index refers to. */
export function parsed(blobs: ReadonlyMap<string, Buffer>, { digest }: Descriptor): References {
  const blob = blobs.get(digest)
  if (blob === undefined) throw new ImageError(`the image lacks ${digest}`)
  return JSON.parse(blob.toString()) as References
}

function pathOf(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`
}

function store(blobs: Map<string, Buffer>, mediaType: string, value: unknown): Descriptor {
  const bytes = Buffer.from(JSON.stringify(value))
  const digest = digestOf(bytes)
  blobs.set(digest, bytes)
  return { mediaType, digest, size: bytes.length }
}

function configOf({ name, variant }: Architecture, layers: readonly Layer[], about: About): unknown {
  const created = dateOf(about.createdS)
  return {
    created,
    architecture: name,
    variant,
    os: 'linux',
    config: {
      User: `${USER}:${USER}`,
      ExposedPorts: Object.fromEntries(
        ['8080/tcp', '8081/tcp', '9090/tcp', '9100/tcp', '10250/tcp'].map((it) => [it, {}]),
      ),
      Env: ['PATH=/usr/bin', 'NODE_ENV=production', 'HOME=/data'],
      Entrypoint: ['/usr/bin/node', '/app/binnacle.js'],
      WorkingDir: '/',
      Labels: labels(about),
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(({ title }) => ({ created, created_by: `scripts/image: ${title}` })),
  }
}

function labels({ version, revision, license, createdS }: About): Record<string, string> {
  return {
    'org.opencontainers.image.title': 'binnacle',
    'org.opencontainers.image.description': 'The whole of Kubernetes monitoring in one program',
    'org.opencontainers.image.licenses': license,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.revision': revision,
    'org.opencontainers.image.created': dateOf(createdS),
  }
}

function dateOf(timeS: number): string {
  return new Date(timeS * 1000).toISOString().replace('.000Z', 'Z')
}
