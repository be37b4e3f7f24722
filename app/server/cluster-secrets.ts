import { type ReadSecret, type SecretRef, SECRETS_ROLE } from '#lib/discovery'
import { KubeStatusError, type OpenKubeApi } from '#lib/kube'

interface Held {
  readonly data?: Readonly<Record<string, string>>
}

interface Role {
  readonly rules?:
    | readonly {
        readonly resources?: readonly string[]
        readonly resourceNames?: readonly string[]
        readonly verbs?: readonly string[]
      }[]
    | null
}

/**
 * Reads values that monitor objects name, from their own namespace. In a pod the Role of the documentation gives the
 * right. A kubeconfig's user may read more than the authors of those objects: there the Role must exist, and name what
 * is read, as the word of whoever runs the namespace.
 */
export function secretReader(api: OpenKubeApi): ReadSecret {
  return async (ref) => {
    const { source, key } = ref
    const plural = pluralOf(ref)
    try {
      if (api.identity.source === 'kubeconfig' && !(await isGranted(api, ref))) return { forbidden: `get ${plural}` }
      const { data } = await api.json<Held>(`${rootOf(ref)}/${plural}/${encodeURIComponent(ref.name)}`)
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

async function isGranted(api: OpenKubeApi, ref: SecretRef): Promise<boolean> {
  try {
    const { rules } = await api.json<Role>(`${rootOf(ref, 'rbac.authorization.k8s.io')}/roles/${SECRETS_ROLE}`)
    return (rules ?? []).some(
      ({ resources = [], resourceNames = [], verbs = [] }) =>
        holds(verbs, 'get') &&
        holds(resources, pluralOf(ref)) &&
        (resourceNames.length === 0 || resourceNames.includes(ref.name)),
    )
  } catch (error) {
    if (error instanceof KubeStatusError && (error.status === 403 || error.status === 404)) return false
    throw error
  }
}

function holds(list: readonly string[], wanted: string): boolean {
  return list.includes(wanted) || list.includes('*')
}

function pluralOf({ source }: SecretRef): 'secrets' | 'configmaps' {
  return source === 'secret' ? 'secrets' : 'configmaps'
}

function rootOf({ namespace }: SecretRef, group = ''): string {
  const root = group === '' ? '/api/v1' : `/apis/${group}/v1`
  return `${root}/namespaces/${encodeURIComponent(namespace)}`
}
