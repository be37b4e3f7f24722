import { dirname, isAbsolute, resolve } from 'node:path'
import type { ClusterAccess, ExecPlugin, Source } from './cluster-access.ts'
import type { Entry } from './kubeconfig.ts'
import { pemSource, textOf } from './kubeconfig-cluster.ts'
import type { KubeconfigCluster, KubeconfigUser } from './kubeconfig-schema.ts'

type UserPart = Pick<ClusterAccess, 'cert' | 'key' | 'token' | 'basic' | 'exec' | 'impersonation'>

/** The half of the access that a `user` entry gives: how it proves who it is. */
export async function userPart(user: Entry<KubeconfigUser>, cluster: Entry<KubeconfigCluster>): Promise<UserPart> {
  refuseAuthProvider(user)
  const cert = await pemSource(user, 'user', 'client-certificate')
  const key = await pemSource(user, 'user', 'client-key')
  if ((cert === undefined) !== (key === undefined))
    throw user.errorAt(['user'], `user "${user.name}" has a client certificate or its key, not both: add the other`)
  const token = await tokenSource(user)
  const basic = basicOf(user.value)
  // As kubectl: a token, password or certificate makes the program unnecessary.
  const exec = token || basic || cert ? undefined : execOf(user, cluster)
  return { cert, key, token, basic, exec, impersonation: impersonationOf(user) }
}

function refuseAuthProvider({ value, errorAt }: Entry<KubeconfigUser>): void {
  const provider = value['auth-provider'] as { name?: unknown } | undefined | null
  if (provider === undefined || provider === null) return
  const name = typeof provider.name === 'string' ? ` "${provider.name}"` : ''
  const remedy =
    provider.name === 'gcp'
      ? 'install gke-gcloud-auth-plugin and run gcloud container clusters get-credentials'
      : provider.name === 'azure'
        ? 'run kubelogin convert-kubeconfig'
        : 'use an exec plugin, such as kubelogin'
  throw errorAt(['user', 'auth-provider'], `auth-provider${name} was removed from Kubernetes 1.26: ${remedy}`)
}

async function tokenSource(user: Entry<KubeconfigUser>): Promise<Source | undefined> {
  const { token, tokenFile } = user.value
  if (tokenFile) {
    const file = resolve(dirname(user.file), tokenFile)
    await textOf(user, ['user', 'tokenFile'], file)
    return { file }
  }
  return token ? { text: token.trim() } : undefined
}

function basicOf({ username, password }: KubeconfigUser): UserPart['basic'] {
  return username || password ? { username: username ?? '', password: password ?? '' } : undefined
}

function impersonationOf({ name, value, errorAt }: Entry<KubeconfigUser>): UserPart['impersonation'] {
  const groups = value['as-groups'] ?? []
  const extra = Object.entries(value['as-user-extra'] ?? {})
  if (!value.as) {
    if (groups.length > 0 || extra.length > 0 || value['as-uid'])
      throw errorAt(['user'], `user "${name}" says as which group to act but not as whom: add "as: …"`)
    return {}
  }
  const headers: Record<string, string | readonly string[]> = { 'Impersonate-User': value.as }
  if (value['as-uid']) headers['Impersonate-Uid'] = value['as-uid']
  if (groups.length > 0) headers['Impersonate-Group'] = groups
  for (const [key, values] of extra) headers[`Impersonate-Extra-${encodeURIComponent(key)}`] = values
  return headers
}

const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'] as const

function execOf(user: Entry<KubeconfigUser>, cluster: Entry<KubeconfigCluster>): ExecPlugin | undefined {
  const { exec } = user.value
  if (!exec) return undefined
  const fail = (field: string, text: string) => user.errorAt(['user', 'exec', field], text)
  if (!exec.command) throw fail('command', 'names no command: add "command: …"')
  const apiVersion = versions.find((version) => version === exec.apiVersion)
  if (apiVersion === undefined)
    throw fail('apiVersion', `must be one of ${versions.join(', ')}: bring the plugin up to date`)
  const mode = exec.interactiveMode ?? ''
  if (mode === 'Always')
    throw fail(
      'interactiveMode',
      'Always needs a terminal, which a monitor does not have: use IfAvailable or another user',
    )
  if (mode === '' && apiVersion === versions[0])
    throw fail('interactiveMode', 'is required: write Never or IfAvailable')
  if (mode !== '' && mode !== 'Never' && mode !== 'IfAvailable')
    throw fail('interactiveMode', 'must be Never or IfAvailable')
  return {
    command: commandOf(exec.command, user.file),
    args: exec.args ?? [],
    env: exec.env ?? [],
    apiVersion,
    installHint: exec.installHint ?? '',
    cluster: exec.provideClusterInfo ? clusterInfo(cluster) : undefined,
    place: user.errorAt(['user', 'exec', 'command'], '').message.replace(/: $/, ''),
  }
}

/** A name is looked for in PATH; a path is relative to the kubeconfig. */
function commandOf(command: string, file: string): string {
  return command.includes('/') && !isAbsolute(command) ? resolve(dirname(file), command) : command
}

function clusterInfo({ value }: Entry<KubeconfigCluster>): Readonly<Record<string, unknown>> {
  const config = value.extensions?.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension
  return {
    server: value.server,
    'tls-server-name': value['tls-server-name'] || undefined,
    'insecure-skip-tls-verify': value['insecure-skip-tls-verify'] || undefined,
    'certificate-authority-data': value['certificate-authority-data'] || undefined,
    'proxy-url': value['proxy-url'] || undefined,
    'disable-compression': value['disable-compression'] || undefined,
    config,
  }
}
