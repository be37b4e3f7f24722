import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import type { ClusterAccess } from './cluster-access.ts'
import { whyUnreadable } from './fresh-file.ts'
import { proxyFor } from './proxy.ts'

/** Where Kubernetes mounts the service account of a pod. */
export const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Whether this process runs in a pod that has a service account's token. */
export function isInPod(env: NodeJS.ProcessEnv, folder = ACCOUNT_FOLDER): boolean {
  return Boolean(env.KUBERNETES_SERVICE_HOST) && existsSync(join(folder, 'token'))
}

/** The way to the API server of the cluster that this pod runs in. */
export async function podAccess(env: NodeJS.ProcessEnv, folder = ACCOUNT_FOLDER): Promise<ClusterAccess> {
  const host = env.KUBERNETES_SERVICE_HOST ?? ''
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${env.KUBERNETES_SERVICE_PORT || '443'}`
  const token = await read(join(folder, 'token'))
  const ca = join(folder, 'ca.crt')
  const user = subjectOf(token)
  return {
    identity: {
      source: 'pod',
      from: folder,
      context: '',
      cluster: 'in-cluster',
      server,
      user,
      namespace: await namespaceOf(folder, user),
    },
    server,
    ca: existsSync(ca) ? { file: ca } : undefined,
    token: { file: join(folder, 'token') },
    tlsServerName: '',
    insecure: false,
    proxy: proxyFor(new URL(server), env),
    compression: true,
    impersonation: {},
    notices: [],
  }
}

async function read(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    const remedy = 'give the pod a service account (automountServiceAccountToken)'
    throw new Error(`${file}: ${whyUnreadable(error)}: ${remedy}`, { cause: error })
  }
}

/** `system:serviceaccount:NS:NAME` from the token's claims, which only the API server verifies. */
function subjectOf(token: string): string {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { sub?: unknown }
    if (typeof claims.sub === 'string') return claims.sub
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return 'the service account of this pod'
}

async function namespaceOf(folder: string, user: string): Promise<string> {
  const file = join(folder, 'namespace')
  if (existsSync(file)) return (await readFile(file, 'utf8')).trim()
  return /^system:serviceaccount:([^:]+):/.exec(user)?.[1] ?? 'default'
}
