import { type Scope, seesNamespace as seesIn } from '#lib/storage'

/** Whether a reader sees what is in a namespace; what is in none ('') only who may see the cluster itself. */
export function sees(scope: Scope, namespace: string): boolean {
  return seesIn(scope, namespace)
}

/** Whether a reader sees what is told of a namespace, or ('') of the cluster as a whole. */
export function seesNamespace(scope: Scope, namespace: string): boolean {
  return namespace === '' || sees(scope, namespace)
}
