/** What the path of a cgroup tells of the container in it. */
export interface ContainerPath {
  readonly qos?: 'Guaranteed' | 'Burstable' | 'BestEffort'
  readonly podUid?: string
  readonly containerId?: string
  readonly runtime?: 'docker' | 'containerd' | 'cri-o' | 'podman'
}

type Runtime = NonNullable<ContainerPath['runtime']>

const runtimes: Readonly<Record<string, Runtime>> = {
  docker: 'docker',
  'cri-containerd': 'containerd',
  nerdctl: 'containerd',
  crio: 'cri-o',
  libpod: 'podman',
}
const bare = /^[0-9a-f]{64}$/
const prefixed = /^(docker|cri-containerd|nerdctl|crio|libpod)-([0-9a-f]{64})(?:\.scope)?$/
/** containerd's own systemd form: `kubepods-….slice:cri-containerd:<id>`. */
const colons = /^[^:]+:(cri-containerd|nerdctl):([0-9a-f]{64})$/
const pod = /(?:^|-)pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?$/

/** Reads a path below the root of a hierarchy, in cgroupfs and systemd names. */
export function parseContainerPath(path: string): ContainerPath {
  const parts = path.split('/').filter((part) => part !== '')
  const uid = podUidOf(parts)
  const found = containerOf(parts)
  return {
    ...(uid === undefined ? {} : { podUid: uid, qos: qosOf(parts) }),
    ...found,
  }
}

/** The path without what a runtime nests inside the container's own cgroup. */
export function containerCgroup(path: string): string {
  const parts = path.split('/')
  const at = parts.findIndex((part) => idOf(part) !== undefined)
  return at < 0 ? path : parts.slice(0, at + 1).join('/')
}

function podUidOf(parts: readonly string[]): string | undefined {
  for (const part of parts) {
    const match = pod.exec(part)
    if (match !== null) return match[1].replaceAll('_', '-')
  }
  return undefined
}

function qosOf(parts: readonly string[]): NonNullable<ContainerPath['qos']> {
  for (const part of parts) {
    if (part === 'burstable' || part.includes('-burstable')) return 'Burstable'
    if (part === 'besteffort' || part.includes('-besteffort')) return 'BestEffort'
  }
  return 'Guaranteed'
}

function containerOf(parts: readonly string[]): { containerId?: string; runtime?: Runtime } {
  for (let i = 0; i < parts.length; i++) {
    const found = idOf(parts[i])
    if (found === undefined) continue
    const runtime = found.runtime ?? parentRuntime(parts[i - 1])
    return { containerId: found.id, ...(runtime === undefined ? {} : { runtime }) }
  }
  return {}
}

function idOf(part: string): { id: string; runtime?: Runtime } | undefined {
  if (bare.test(part)) return { id: part }
  const match = prefixed.exec(part) ?? colons.exec(part)
  return match === null ? undefined : { id: match[2], runtime: runtimes[match[1]] }
}

function parentRuntime(parent: string | undefined): Runtime | undefined {
  return parent === undefined ? undefined : runtimes[parent]
}
