import type { Scope } from '#lib/storage'

/** Whether a reader sees what is in a namespace; what is in none ('') only a reader of everything sees. */
export function sees(scope: Scope, namespace: string): boolean {
  return scope.kind === 'everything' || (namespace !== '' && scope.namespaces.includes(namespace))
}

/** Whether a reader sees what is told of a namespace, or ('') of the cluster as a whole. */
export function seesNamespace(scope: Scope, namespace: string): boolean {
  return namespace === '' || sees(scope, namespace)
}
