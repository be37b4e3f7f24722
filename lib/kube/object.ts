/** What all Kubernetes objects share; the rest of an object is read by whoever knows its kind. */
export interface KubeObject {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: ObjectMeta
  readonly [field: string]: unknown
}

export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
  readonly ownerReferences?: readonly OwnerReference[]
}

export interface OwnerReference {
  readonly apiVersion?: string
  readonly kind: string
  readonly name: string
  readonly uid?: string
  readonly controller?: boolean
}

/** Tells one object of a resource from all others, also from an earlier one of the same name. */
export interface ObjectKey {
  /** Empty for what has no namespace. */
  readonly namespace: string
  readonly name: string
  readonly uid: string
}
