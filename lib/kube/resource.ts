/** A kind of object as the API server serves it. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string
  readonly version: string
  /** As it stands in paths: `pods`. */
  readonly plural: string
  readonly kind: string
  readonly namespaced: boolean
  /**
   * In which form it is asked for: whole objects; `metadata` alone (PartialObjectMetadata); or a `table`, of which each
   * row becomes an object of its metadata and, as fields with a lower-case first letter, its columns. Values of secrets
   * and config maps therefore never cross the wire.
   */
  readonly form: 'object' | 'metadata' | 'table'
}

/** `pods`, or `deployments.apps`: how people and flags name a resource. */
export function resourceName({ plural, group }: Resource): string {
  return group === '' ? plural : `${plural}.${group}`
}

/** The path of a resource's collection, in all namespaces or in one. */
export function collectionPath({ group, version, plural, namespaced }: Resource, namespace = ''): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  return namespaced && namespace !== '' ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`
}
