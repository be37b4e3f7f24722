/**
 * What a reader may see. Every read takes one: nothing compiles without it, caches are keyed by it,
 * and it is applied below the engines, by the store itself.
 */
export type Scope = EverythingScope | NamespacesScope

export interface EverythingScope {
  readonly kind: 'everything'
}

/** Only what is told of one of these namespaces: series whose label `namespace` names it. */
export interface NamespacesScope {
  readonly kind: 'namespaces'
  readonly namespaces: readonly string[]
  /** Also what belongs to no namespace, such as nodes: series without that label. */
  readonly cluster: boolean
}

/** The scope of a machine's own user. Local mode passes it in one place, `app/server`. */
export const everything: EverythingScope = { kind: 'everything' }

/** A scope of these namespaces, and with `cluster` of what belongs to none. */
export function onlyNamespaces(namespaces: Iterable<string>, cluster = false): NamespacesScope {
  return { kind: 'namespaces', namespaces: [...new Set(namespaces)].filter((name) => name !== '').sort(), cluster }
}

/** Whether what belongs to no namespace is seen. */
export function seesCluster(scope: Scope): boolean {
  return scope.kind === 'everything' || scope.cluster
}

/** Whether what belongs to a namespace ('': to none) is seen. */
export function seesNamespace(scope: Scope, namespace: string): boolean {
  if (scope.kind === 'everything') return true
  return namespace === '' ? scope.cluster : scope.namespaces.includes(namespace)
}

/** Whether anything at all is seen. */
export function seesAnything(scope: Scope): boolean {
  return scope.kind === 'everything' || scope.cluster || scope.namespaces.length > 0
}

/** A string that is equal for equal scopes: what a cache is keyed by. */
export function scopeKey(scope: Scope): string {
  return scope.kind === 'everything' ? '*' : `${scope.cluster ? '+' : ''}${JSON.stringify(scope.namespaces)}`
}
