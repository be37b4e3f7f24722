import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { ClusterAccess } from './cluster-access.ts'
import { ACCOUNT_FOLDER, isInPod, podAccess } from './pod-account.ts'

/** Where to look for a cluster. */
export interface FindOptions {
  /** `--kube.config`: this file and no other. */
  readonly kubeconfig?: string
  /** `--kube.context`: this context of the kubeconfig; without it, its current context. */
  readonly context?: string
  /** Whether this process runs in a pod; by default, found out. */
  readonly inPod?: boolean
  readonly env: NodeJS.ProcessEnv
  readonly home?: string
  readonly accountFolder?: string
}

/** The cluster, or why there is none. */
export type FoundCluster =
  | { readonly kind: 'cluster'; readonly access: ClusterAccess }
  | { readonly kind: 'none'; readonly why: string }

/**
 * Finds the one cluster that is meant: a named kubeconfig, $KUBECONFIG, in a pod its service account, ~/.kube/config.
 * Rejects with a ConfigError, which names place and remedy, when what is found there cannot be used.
 */
export async function findCluster(options: FindOptions): Promise<FoundCluster> {
  const { kubeconfig, context, env, accountFolder = ACCOUNT_FOLDER } = options
  if (kubeconfig) return fromFiles([kubeconfig], true, `${kubeconfig} has no contexts`, options)
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '')
  if (listed.length > 0)
    return fromFiles(listed, false, `KUBECONFIG names ${listed.join(', ')}: no context there`, options)
  if (context === undefined && (options.inPod ?? isInPod(env, accountFolder)))
    return { kind: 'cluster', access: await podAccess(env, accountFolder) }
  const file = join(options.home ?? env.HOME ?? homedir(), '.kube/config')
  const why = existsSync(file)
    ? `${file} has no contexts`
    : `no kubeconfig (looked at $KUBECONFIG and ${file}), and no pod`
  return fromFiles([file], false, why, options)
}

/** The parser of YAML is loaded only where there is a kubeconfig: a pod saves its 10 MB. */
async function fromFiles(
  paths: readonly string[],
  required: boolean,
  why: string,
  options: FindOptions,
): Promise<FoundCluster> {
  if (!required && options.context === undefined && !paths.some((path) => existsSync(path)))
    return { kind: 'none', why }
  const { accessOf, readKubeconfigs } = await import('./kubeconfig.ts')
  const merged = await readKubeconfigs(paths, required)
  if (merged.files.length === 0) throw noFile(paths, options.context)
  if (merged.contexts.size === 0 && merged.current === undefined && options.context === undefined)
    return { kind: 'none', why }
  return { kind: 'cluster', access: await accessOf(merged, options.context, options.env) }
}

function noFile(paths: readonly string[], context = ''): Error {
  return new Error(
    `--kube.context "${context}": there is no kubeconfig at ${paths.join(', ')}: name one with --kube.config`,
  )
}
