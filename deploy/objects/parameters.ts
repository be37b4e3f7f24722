/** What differs between the two manifests, and what a chart lets people choose. */
export interface Parameters {
  readonly image: string
  /** Where the server keeps data: a claim from the default StorageClass, or a folder that goes with the pod. */
  readonly storage: { readonly kind: 'claim'; readonly size: string } | { readonly kind: 'pod'; readonly limit: string }
  /** How many bytes of blocks the server keeps; below the size of the storage. */
  readonly retentionSize: string
}

/** The two that are written, by file. */
export function manifests(version: string): Readonly<Record<string, Parameters>> {
  const image = `binnacle:${version}`
  return {
    'binnacle.yaml': { image, storage: { kind: 'claim', size: '10Gi' }, retentionSize: '8GB' },
    'binnacle-novolume.yaml': { image, storage: { kind: 'pod', limit: '4Gi' }, retentionSize: '2GB' },
  }
}
