import type { ClusterAccess, FindOptions } from '#lib/kube'
import type { ClusterOptions } from './cluster-options.ts'

/** Why no cluster is watched; `isTrouble`: something is there that cannot be used. */
export interface NoCluster {
  readonly why: string
  readonly isTrouble: boolean
}

/** The cluster to watch, or why there is none. A flag that cannot be followed is an error; what was found by itself is not. */
export async function chooseCluster(
  options: ClusterOptions,
  where: Pick<FindOptions, 'env' | 'home' | 'accountFolder'> = { env: process.env },
): Promise<{ access: ClusterAccess } | NoCluster> {
  if (!options.isWanted) return { why: 'the flag --kube=off is set', isTrouble: false }
  const { kubeconfig, context } = options
  const { findCluster } = await import('#lib/kube')
  try {
    const found = await findCluster({ ...where, kubeconfig, context })
    return found.kind === 'cluster' ? { access: found.access } : { why: found.why, isTrouble: false }
  } catch (error) {
    if (kubeconfig !== undefined || context !== undefined) throw error
    return { why: (error as Error).message, isTrouble: true }
  }
}
