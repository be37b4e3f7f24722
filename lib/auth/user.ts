/** Who a credential belongs to, as the API server knows them. */
export interface KubeUser {
  readonly username: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

/** What someone would do: with a resource, or with a path that is no resource. */
export type AccessQuestion = ResourceQuestion | { readonly verb: string; readonly path: string }

export interface ResourceQuestion {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  /** Absent: in all namespaces, or of what has none. */
  readonly namespace?: string
  readonly name?: string
}
