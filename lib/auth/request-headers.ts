import { X509Certificate } from 'node:crypto'
import { KubeStatusError, type KubeApi } from '#lib/kube'

/** How an API server tells its extensions whom it has authenticated: kube-system/extension-apiserver-authentication. */
export interface AuthenticationConfig {
  /** Vouches for clients that come by themselves, PEM. */
  readonly clientCa: string
  /** Vouches for the API server as a proxy, PEM. */
  readonly proxyCa: string
  /** Common names of the proxy's certificate; empty: any. */
  readonly proxyNames: readonly string[]
  readonly usernameHeaders: readonly string[]
  readonly uidHeaders: readonly string[]
  readonly groupHeaders: readonly string[]
  readonly extraPrefixes: readonly string[]
}

const PATH = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'

/** Reads it. Rejects in words, with the remedy where a right is missing. */
export async function readAuthenticationConfig(api: KubeApi): Promise<AuthenticationConfig> {
  try {
    const { data = {} } = await api.json<{ data?: Readonly<Record<string, string>> }>(PATH)
    return {
      clientCa: data['client-ca-file'] ?? '',
      proxyCa: data['requestheader-client-ca-file'] ?? '',
      proxyNames: list(data['requestheader-allowed-names']),
      usernameHeaders: list(data['requestheader-username-headers']),
      uidHeaders: list(data['requestheader-uid-headers']),
      groupHeaders: list(data['requestheader-group-headers']),
      extraPrefixes: list(data['requestheader-extra-headers-prefix']),
    }
  } catch (error) {
    const isForbidden = error instanceof KubeStatusError && error.status === 403
    const remedy = isForbidden ? ': bind the Role extension-apiserver-authentication-reader in kube-system' : ''
    throw new Error(`cannot read how the API server authenticates${remedy}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** Certificates of a text of several. */
export function certificatesOf(pem: string): X509Certificate[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []).map(
    (one) => new X509Certificate(one),
  )
}

/** A JSON list of texts; headers' names in lower case, as Node has them. */
function list(text: string | undefined): string[] {
  if (text === undefined || text === '') return []
  const value = JSON.parse(text) as unknown
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
