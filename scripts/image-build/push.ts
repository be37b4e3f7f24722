import { credentialsFor } from './credentials.ts'
import { INDEX, parsed, type Descriptor, type Image } from './oci.ts'
import { parseReference } from './reference.ts'
import { Registry } from './registry.ts'
import { ImageError } from './run.ts'

/** How an image is pushed. */
export interface PushOptions {
  readonly mountFrom?: string
  readonly say: (line: string) => void
}

/** Pushes all architectures of an image and names them by the reference's tag; answers with the digest of the whole. */
export async function push(image: Image, to: string, { mountFrom, say }: PushOptions): Promise<string> {
  const reference = parseReference(to)
  const registry = new Registry(reference, { credentials: await credentialsFor(reference.registry) })
  const { top, blobs } = image
  const sent = new Set<string>()
  for (const manifest of parsed(blobs, top).manifests ?? []) {
    const { config, layers = [] } = parsed(blobs, manifest)
    for (const blob of [...layers, ...(config === undefined ? [] : [config])]) {
      if (sent.has(blob.digest)) continue
      sent.add(blob.digest)
      say(`${blob.digest.slice(0, 19)} ${sizeOf(blob)} ${await pushBlob(registry, image, blob, mountFrom)}`)
    }
    await registry.putManifest(manifest.digest, manifest.mediaType, bytesOf(image, manifest))
  }
  await registry.putManifest(reference.tag, top.mediaType, bytesOf(image, top))
  const resolved = await registry.resolve(reference.tag, INDEX)
  if (resolved !== top.digest)
    throw new ImageError(`push to ${to}: the registry has ${resolved ?? 'nothing'} under that tag, not ${top.digest}`)
  return top.digest
}

async function pushBlob(registry: Registry, image: Image, blob: Descriptor, mountFrom?: string): Promise<string> {
  if (await registry.hasBlob(blob.digest)) return 'is there'
  return registry.putBlob(blob.digest, bytesOf(image, blob), mountFrom)
}

function bytesOf({ blobs }: Image, { digest }: Descriptor): Buffer {
  const bytes = blobs.get(digest)
  if (bytes === undefined) throw new ImageError(`the image lacks ${digest}`)
  return bytes
}

function sizeOf({ size }: Descriptor): string {
  return size < 1e6 ? `${Math.ceil(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`
}
