/**
 * What a reader may see. Every read takes one: nothing compiles without it, caches are keyed by it,
 * and it is applied below the engines, by the store itself.
 */
export type Scope = EverythingScope | NamespacesScope

export interface EverythingScope {
  readonly kind: 'everything'
}

/** Only series whose label `namespace` is one of these (a series without that label is not seen). */
export interface NamespacesScope {
  readonly kind: 'namespaces'
  readonly namespaces: readonly string[]
}

/** The scope of a machine's own user. Local mode passes it in one place, `app/server`. */
export const everything: EverythingScope = { kind: 'everything' }

/** A scope of these namespaces alone. */
export function onlyNamespaces(namespaces: Iterable<string>): NamespacesScope {
  return { kind: 'namespaces', namespaces: [...new Set(namespaces)].sort() }
}

/** A string that is equal for equal scopes: what a cache is keyed by. */
export function scopeKey(scope: Scope): string {
  return scope.kind === 'everything' ? '*' : JSON.stringify(scope.namespaces)
}
