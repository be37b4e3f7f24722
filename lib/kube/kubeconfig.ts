import { readFile } from 'node:fs/promises'
import { ConfigError, loadYaml, type Located } from '#lib/yaml'
import type { ClusterAccess } from './cluster-access.ts'
import { whyUnreadable } from './fresh-file.ts'
import { clusterPart } from './kubeconfig-cluster.ts'
import {
  kubeconfigSchema,
  type Kubeconfig,
  type KubeconfigCluster,
  type KubeconfigContext,
  type KubeconfigUser,
} from './kubeconfig-schema.ts'
import { userPart } from './kubeconfig-user.ts'

/** An entry of a kubeconfig that remembers where it stands: later files do not change it, and paths are relative to it. */
export interface Entry<T> {
  readonly name: string
  readonly value: T
  readonly file: string
  errorAt(path: readonly PropertyKey[], text: string): ConfigError
}

/** Several kubeconfig files as one, merged as kubectl does: the first file that has a name or a current context wins. */
export interface Merged {
  readonly files: readonly string[]
  readonly current?: Entry<string>
  readonly clusters: ReadonlyMap<string, Entry<KubeconfigCluster>>
  readonly users: ReadonlyMap<string, Entry<KubeconfigUser>>
  readonly contexts: ReadonlyMap<string, Entry<KubeconfigContext>>
}

/** Reads kubeconfig files; those that do not exist are passed over unless they are `required`. */
export async function readKubeconfigs(paths: readonly string[], required: boolean): Promise<Merged> {
  const files: string[] = []
  let current: Entry<string> | undefined
  const clusters = new Map<string, Entry<KubeconfigCluster>>()
  const users = new Map<string, Entry<KubeconfigUser>>()
  const contexts = new Map<string, Entry<KubeconfigContext>>()
  for (const file of paths) {
    const located = await readOne(file, required)
    if (located === undefined) continue
    files.push(file)
    const name = located.value['current-context'] ?? ''
    if (name !== '') current ??= entry(name, name, file, located, ['current-context'])
    addAll(clusters, located, file, 'clusters', 'cluster')
    addAll(users, located, file, 'users', 'user')
    addAll(contexts, located, file, 'contexts', 'context')
  }
  return { files, current, clusters, users, contexts }
}

/** What the context says of cluster and user; refuses, with the place, what cannot work. */
export async function accessOf(
  merged: Merged,
  asked: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<ClusterAccess> {
  const context = chosenContext(merged, asked)
  const cluster = referred(context, merged.clusters, 'cluster')
  const user = referred(context, merged.users, 'user')
  const head = await clusterPart(cluster, env)
  const identity = {
    source: 'kubeconfig' as const,
    from: context.file,
    context: context.name,
    cluster: cluster.name,
    server: head.server,
    user: user.name,
    namespace: context.value.namespace || 'default',
  }
  // As kubectl: what identifies the user never crosses an unencrypted connection.
  const isTls = head.server.startsWith('https:')
  const who = isTls ? await userPart(user, cluster) : { impersonation: {} }
  return { ...head, ...who, identity }
}

/** The one context that is meant. Never a guess: that could touch a cluster that nobody asked for. */
function chosenContext({ files, current, contexts }: Merged, asked: string | undefined): Entry<KubeconfigContext> {
  const names = [...contexts.keys()].sort()
  const place = files.join(', ')
  if (asked !== undefined) {
    const context = contexts.get(asked)
    if (context) return context
    throw new ConfigError(
      place,
      1,
      1,
      `there is no context "${asked}": --kube.context takes one of ${names.join(', ')}`,
    )
  }
  if (current) {
    const context = contexts.get(current.value)
    if (context) return context
    const others = names.length === 0 ? 'and no other either' : `name one of ${names.join(', ')} with --kube.context`
    throw current.errorAt([], `current-context "${current.value}" does not exist: ${others}`)
  }
  if (names.length === 1) return contexts.get(names[0])!
  throw new ConfigError(
    place,
    1,
    1,
    `no current-context, and several contexts: choose one with --kube.context: ${names.join(', ')}`,
  )
}

function referred<T>(
  context: Entry<KubeconfigContext>,
  all: ReadonlyMap<string, Entry<T>>,
  field: 'cluster' | 'user',
): Entry<T> {
  const name = context.value[field] ?? ''
  if (name === '') throw context.errorAt(['context'], `context "${context.name}" names no ${field}: add "${field}: …"`)
  const found = all.get(name)
  if (found) return found
  const known = [...all.keys()].join(', ') || 'none'
  throw context.errorAt(['context', field], `there is no ${field} "${name}": known are ${known}`)
}

async function readOne(file: string, required: boolean): Promise<Located<Kubeconfig> | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !required) return undefined
    throw new ConfigError(file, 1, 1, `cannot read the kubeconfig: ${whyUnreadable(error)}`)
  }
  try {
    return loadYaml(text, file, kubeconfigSchema)
  } catch (error) {
    throw error instanceof ConfigError ? withoutSource(error) : error
  }
}

/** Messages of the YAML parser may quote what they do not understand, and that may be a secret. */
function withoutSource(error: ConfigError): ConfigError {
  const text = error.message.slice(`${error.file}:${error.line}:${error.column}: `.length)
  const syntax = /^not valid YAML: [^:"]*/.exec(text)?.[0]
  return syntax === undefined ? error : new ConfigError(error.file, error.line, error.column, syntax.trim())
}

function addAll<T>(
  into: Map<string, Entry<T>>,
  located: Located<Kubeconfig>,
  file: string,
  list: 'clusters' | 'users' | 'contexts',
  field: string,
): void {
  const entries = (located.value[list] ?? []) as unknown as readonly ({ name: string } & Record<string, unknown>)[]
  for (const [i, one] of entries.entries()) {
    if (into.has(one.name)) continue
    into.set(one.name, entry(one.name, (one[field] ?? {}) as T, file, located, [list, i]))
  }
}

function entry<T>(
  name: string,
  value: T,
  file: string,
  located: Located<Kubeconfig>,
  at: readonly PropertyKey[],
): Entry<T> {
  return { name, value, file, errorAt: (path, text) => located.errorAt([...at, ...path], text) }
}
