import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the kernel's cgroups are mounted: by controller (v1), in one tree (v2), or both (hybrid). */
export interface Hierarchy {
  readonly kind: 'v1' | 'v2' | 'hybrid' | 'none'
  /** v1: controller → mount point. */
  readonly controllers: ReadonlyMap<string, string>
  /** v2: mount point. */
  readonly unified?: string
}

/**
 * Finds the mounts of cgroups in `<procfs>/self/mountinfo`. Where the machine's sysfs is mounted at another place, the
 * mounts below it count: those of /sys are the container's own.
 */
export function findHierarchy(procfs: string, rootfs = '/', sysfs = '/sys'): Hierarchy {
  const text = readFileSync(join(sysfs === '/sys' ? procfs : '/proc', 'self/mountinfo'), 'utf8')
  const mounts = parseMountinfo(text, sysfs === '/sys' ? '' : sysfs)
  const place = (at: string) => (sysfs === '/sys' ? join(rootfs, at) : at)
  const controllers = new Map([...mounts.controllers].map(([name, at]) => [name, place(at)]))
  const unified = mounts.unified === undefined ? undefined : place(mounts.unified)
  return { kind: kindOf(controllers, unified), controllers, ...(unified === undefined ? {} : { unified }) }
}

function kindOf(controllers: ReadonlyMap<string, string>, unified: string | undefined): Hierarchy['kind'] {
  if (controllers.has('memory') || controllers.has('cpu')) return unified === undefined ? 'v1' : 'hybrid'
  return unified === undefined ? 'none' : 'v2'
}

const known = new Set(['cpu', 'cpuacct', 'cpuset', 'memory', 'blkio', 'pids', 'devices', 'freezer', 'hugetlb'])

/** The cgroup mounts of a mountinfo file, of those below a folder; the first mount of a controller counts. */
export function parseMountinfo(text: string, below = ''): { controllers: Map<string, string>; unified?: string } {
  const controllers = new Map<string, string>()
  let unified: string | undefined
  for (const line of text.split('\n')) {
    const [before, after] = line.split(' - ')
    if (before === undefined || after === undefined) continue
    const at = unescape(before.split(' ')[4] ?? '')
    if (!at.startsWith(below)) continue
    const [type, , options] = after.split(' ')
    if (type === 'cgroup2') unified ??= at
    if (type !== 'cgroup') continue
    for (const option of (options ?? '').split(',')) {
      if (known.has(option) && !controllers.has(option)) controllers.set(option, at)
    }
  }
  return unified === undefined ? { controllers } : { controllers, unified }
}

/** The kernel writes blanks in paths as octal. */
function unescape(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
