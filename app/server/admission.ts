import { type Admission, everyone } from '#lib/api'
import { isLoopback, parseListenAddress } from '#lib/http'
import type { Cluster } from './cluster.ts'
import type { KubernetesAccess } from './kubernetes-access.ts'
import type { ServerOptions } from './options.ts'
import { needOf } from './route-needs.ts'

/** Who is let in, and what signing in needs; without `access` everyone is, as on a machine of one's own. */
export interface ServerAdmission {
  readonly admission: Admission
  readonly access: KubernetesAccess | undefined
}

/** Opens the way in that the options ask for. */
export async function openAdmission(options: ServerOptions, cluster: Cluster | undefined): Promise<ServerAdmission> {
  if (!isKubernetesAsked(options, cluster)) return { admission: { needOf, ...everyone }, access: undefined }
  if (cluster === undefined)
    throw new Error(
      '--web.auth=kubernetes: there is no cluster that could say who someone is; give --kube.config, or --web.auth=none',
    )
  const { KubernetesAccess } = await import('./kubernetes-access.ts')
  const { model } = cluster
  const access = new KubernetesAccess({ api: cluster.api, namespaces: () => [...model.records.namespaces.keys()] })
  return {
    admission: {
      needOf,
      scopeOf: (request) => access.scopeOf(request),
      permitChange: (request) => access.permitChange(request),
    },
    access,
  }
}

/** Every pod of a cluster reaches a pod: there, whoever listens beyond loopback asks who comes. */
function isKubernetesAsked({ auth, listenAddress }: ServerOptions, cluster: Cluster | undefined): boolean {
  if (auth !== 'auto') return auth === 'kubernetes'
  return cluster?.api.identity.source === 'pod' && !isLoopback(parseListenAddress(listenAddress).host)
}
