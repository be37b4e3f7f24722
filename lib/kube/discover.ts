import { KubeStatusError, type KubeApi } from './api.ts'
import { resourceName, type Resource } from './resource.ts'

/** What an API server is and serves. */
export interface ServerKinds {
  /** `v1.37.2` */
  readonly version: string
  readonly platform: string
  /** Whether it serves this resource in this version. */
  serves(resource: Resource): boolean
  /** The versions in which it serves a resource, the server's favourite first; none when it does not know it. */
  versions(resource: Pick<Resource, 'group' | 'plural'>): readonly string[]
  /** Groups that were there and could not be asked, mostly an aggregated API that is down. */
  readonly failedGroups: readonly string[]
}

interface ApiGroup {
  readonly metadata?: { readonly name?: string }
  readonly versions?: readonly {
    readonly version: string
    readonly freshness?: string
    readonly resources?: readonly { readonly resource: string }[]
  }[]
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** Asks for version, groups and resources: three requests where discovery is aggregated (Kubernetes 1.30), more before. */
export async function discover(api: KubeApi, signal?: AbortSignal): Promise<ServerKinds> {
  const { gitVersion, platform } = await api.json<{ gitVersion: string; platform: string }>('/version', { signal })
  const known = new Map<string, string[]>()
  const failedGroups: string[] = []
  for (const root of ['/api', '/apis']) {
    const list = await api.json<{ kind?: string; items?: ApiGroup[] }>(root, {
      headers: { accept: `${AGGREGATED},application/json` },
      signal,
    })
    if (list.kind === 'APIGroupDiscoveryList') readGroups(list.items ?? [], known, failedGroups)
    else await askGroups(api, root, list, known, failedGroups, signal)
  }
  const versions = ({ plural, group }: Pick<Resource, 'group' | 'plural'>) =>
    known.get(group === '' ? plural : `${plural}.${group}`) ?? []
  return {
    version: gitVersion,
    platform,
    failedGroups,
    versions,
    serves: (resource) => versions(resource).includes(resource.version),
  }
}

function readGroups(groups: readonly ApiGroup[], known: Map<string, string[]>, failed: string[]): void {
  for (const { metadata, versions = [] } of groups) {
    const group = metadata?.name ?? ''
    for (const { version, freshness, resources = [] } of versions) {
      if (freshness === 'Stale' && resources.length === 0) failed.push(`${group}/${version}`)
      for (const { resource } of resources) add(known, group, resource, version)
    }
  }
}

function add(known: Map<string, string[]>, group: string, plural: string, version: string): void {
  const name = resourceName({ group, plural } as Resource)
  known.set(name, [...(known.get(name) ?? []), version])
}

interface OldList {
  readonly versions?: readonly string[]
  readonly groups?: readonly { readonly name: string; readonly versions: readonly { readonly version: string }[] }[]
}

/** The way of older servers: one request for each version of each group. */
async function askGroups(
  api: KubeApi,
  root: string,
  list: object,
  known: Map<string, string[]>,
  failed: string[],
  signal?: AbortSignal,
): Promise<void> {
  const { versions = [], groups = [] } = list as OldList
  const core = versions.map((version) => ({ group: '', version, path: `${root}/${version}` }))
  const named = groups.flatMap(({ name, versions }) =>
    versions.map(({ version }) => ({ group: name, version, path: `${root}/${name}/${version}` })),
  )
  for (const { group, version, path } of [...core, ...named]) {
    try {
      const { resources = [] } = await api.json<{ resources?: { name: string }[] }>(path, { signal })
      for (const { name } of resources) if (!name.includes('/')) add(known, group, name, version)
    } catch (error) {
      if (!(error instanceof KubeStatusError)) throw error
      failed.push(`${group}/${version}`)
    }
  }
}
