import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ClusterAccess, Source } from './cluster-access.ts'
import { whyUnreadable } from './fresh-file.ts'
import type { Entry } from './kubeconfig.ts'
import type { KubeconfigCluster } from './kubeconfig-schema.ts'
import { proxyFor } from './proxy.ts'

type ClusterPart = Omit<ClusterAccess, 'identity' | 'impersonation'>

/** The half of the access that a `cluster` entry gives: where the server is and how it is verified. */
export async function clusterPart(cluster: Entry<KubeconfigCluster>, env: NodeJS.ProcessEnv): Promise<ClusterPart> {
  const { value } = cluster
  const server = serverOf(cluster)
  const insecure = value['insecure-skip-tls-verify'] ?? false
  const ca = await pemSource(cluster, 'cluster', 'certificate-authority')
  if (insecure && ca !== undefined)
    throw cluster.errorAt(
      ['cluster', 'insecure-skip-tls-verify'],
      'is set beside a certificate authority: remove one of the two',
    )
  return {
    server,
    ca,
    insecure,
    tlsServerName: value['tls-server-name'] ?? '',
    proxy: proxyOf(cluster, server, env),
    compression: value['disable-compression'] !== true,
    notices: insecure
      ? [
          `${cluster.file}: the certificate of ${server} is not verified (insecure-skip-tls-verify of cluster "${cluster.name}")`,
        ]
      : [],
  }
}

function serverOf({ name, value, errorAt }: Entry<KubeconfigCluster>): string {
  const text = value.server ?? ''
  if (text === '') throw errorAt(['cluster'], `cluster "${name}" has no server: add "server: https://…"`)
  // kubectl takes host:port without a scheme as well.
  const url = URL.parse(/^\w+:\/\//.test(text) ? text : `http://${text}`)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw errorAt(['cluster', 'server'], 'is no http or https address: write it as https://HOST:PORT')
  if (url.password !== '')
    throw errorAt(['cluster', 'server'], 'holds a password: move it to username and password of the user')
  return url.href.replace(/\/$/, '')
}

function proxyOf({ value, errorAt }: Entry<KubeconfigCluster>, server: string, env: NodeJS.ProcessEnv): string {
  const written = value['proxy-url'] ?? ''
  if (written === '') return proxyFor(new URL(server), env)
  const url = URL.parse(written)
  if (url === null || !/^(?:https?|socks5h?):$/.test(url.protocol))
    throw errorAt(['cluster', 'proxy-url'], 'is no address of a proxy: write http://HOST:PORT, https://… or socks5://…')
  return url.href
}

/** `FIELD-data` (base64) or `FIELD` (a file, relative to the kubeconfig); its PEM is looked at now, so that the place can be named. */
export async function pemSource<T extends object>(
  entry: Entry<T>,
  kind: 'cluster' | 'user',
  field: string,
): Promise<Source | undefined> {
  const value = entry.value as Readonly<Record<string, unknown>>
  const data = (value[`${field}-data`] ?? '') as string
  if (data !== '') {
    const text = Buffer.from(data, 'base64').toString('utf8')
    const wrong = pemMistake(text, field)
    if (wrong !== '') throw entry.errorAt([kind, `${field}-data`], `is not a PEM in base64: ${wrong}`)
    return { text }
  }
  const path = (value[field] ?? '') as string
  if (path === '') return undefined
  const file = resolve(dirname(entry.file), path)
  const wrong = pemMistake(await textOf(entry, [kind, field], file), field)
  if (wrong !== '') throw entry.errorAt([kind, field], `${file} is not a PEM: ${wrong}`)
  return { file }
}

/** The text of a file that an entry names, or the error at the name's place. */
export async function textOf(entry: Entry<object>, path: readonly PropertyKey[], file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw entry.errorAt(path, `cannot read ${file}: ${whyUnreadable(error)}`)
  }
}

function pemMistake(text: string, field: string): string {
  if (!text.includes('-----BEGIN ')) return 'it has no line -----BEGIN …'
  return field === 'client-key' || hasCertificate(text) ? '' : 'it has no certificate'
}

function hasCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0
  } catch {
    return false
  }
}
