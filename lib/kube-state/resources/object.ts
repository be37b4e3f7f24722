import { text } from './fields.ts'

/** What the resources here read of any object. Each field may be absent. */
export interface Stored {
  readonly metadata?: Metadata
}

export interface Metadata {
  readonly name?: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly Owner[]
}

export interface Owner {
  readonly kind?: string
  readonly name?: string
  readonly controller?: boolean
}

/** The object's name, as values of one base label. */
export function nameOf({ metadata }: Stored): readonly string[] {
  return [text(metadata?.name)]
}

/** Namespace and name, as values of the base labels. */
export function namespaceAndName({ metadata }: Stored): readonly string[] {
  return [text(metadata?.namespace), text(metadata?.name)]
}

/** Namespace, name and uid, as values of the base labels. */
export function namespaceNameAndUid({ metadata }: Stored): readonly string[] {
  return [text(metadata?.namespace), text(metadata?.name), text(metadata?.uid)]
}
