import { type ClusterAccess, findCluster } from '#lib/kube'
import type { KubeStateOptions } from './options.ts'

/** The API server that is meant, as kube-state-metrics finds it: `--apiserver` takes the place of the kubeconfig's. */
export async function clusterOf({
  kubeconfig,
  context,
  apiserver,
}: Pick<KubeStateOptions, 'kubeconfig' | 'context' | 'apiserver'>): Promise<ClusterAccess> {
  const found = await findCluster({
    kubeconfig: kubeconfig === '' ? undefined : kubeconfig,
    context: context === '' ? undefined : context,
    env: process.env,
  })
  if (found.kind === 'cluster') {
    if (apiserver === '') return found.access
    return { ...found.access, server: apiserver, identity: { ...found.access.identity, server: apiserver } }
  }
  if (apiserver === '')
    throw new Error(
      `no cluster: ${found.why}: name one with --kubeconfig, or --apiserver for one that asks for no credentials`,
    )
  return anonymous(apiserver)
}

function anonymous(server: string): ClusterAccess {
  return {
    identity: {
      source: 'kubeconfig',
      from: '--apiserver',
      context: '',
      cluster: server,
      server,
      user: 'system:anonymous',
      namespace: 'default',
    },
    server,
    tlsServerName: '',
    insecure: false,
    proxy: '',
    compression: false,
    impersonation: {},
    notices: [],
  }
}
