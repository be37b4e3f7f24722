import { type ReadSecret, SECRETS_ROLE } from '#lib/discovery'
import { KubeStatusError, type OpenKubeApi } from '#lib/kube'

interface Held {
  readonly data?: Readonly<Record<string, string>>
}

/**
 * Reads values that monitor objects name, from their own namespace. In a pod the Role of the documentation gives the
 * right. A kubeconfig's user may read more than the authors of those objects: there the Role must exist as the word of
 * whoever runs the namespace.
 */
export function secretReader(api: OpenKubeApi): ReadSecret {
  return async ({ source, namespace, name, key }) => {
    const plural = source === 'secret' ? 'secrets' : 'configmaps'
    const root = `/api/v1/namespaces/${namespace}/${plural}`
    try {
      if (source === 'secret' && api.identity.source === 'kubeconfig' && !(await isGranted(api, namespace)))
        return { forbidden: 'get secrets' }
      const { data } = await api.json<Held>(`${root}/${name}`)
      const value = data !== undefined && Object.hasOwn(data, key) ? data[key] : undefined
      if (value === undefined) return { missing: true }
      return { value: source === 'secret' ? Buffer.from(value, 'base64').toString('utf8') : value }
    } catch (error) {
      if (error instanceof KubeStatusError && error.status === 403) return { forbidden: `get ${plural}` }
      if (error instanceof KubeStatusError && error.status === 404) return { missing: true }
      return { error: (error as Error).message }
    }
  }
}

async function isGranted(api: OpenKubeApi, namespace: string): Promise<boolean> {
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles/${SECRETS_ROLE}`
  const answer = await api.request(path)
  await answer.bytes()
  return answer.status === 200
}
