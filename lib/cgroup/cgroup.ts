import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { parseContainerPath } from './container-path.ts'
import { readKernelFile } from './read-file.ts'
import { specV1, specV2 } from './spec.ts'
import { statsV1 } from './stats-v1.ts'
import { statsV2 } from './stats-v2.ts'

import type { Hierarchy } from './hierarchy.ts'
import type { ReadCgroupFile } from './read-file.ts'
import type { CgroupSpec, CgroupStats } from './stats.ts'

/** Deeper and wider than any runtime nests; a machine beyond it is cut off rather than walked for seconds. */
const deepest = 12
const most = 5000

/** The paths of all cgroups, root first; what a container nests inside its own cgroup is part of it and not listed. */
export function listCgroups(hierarchy: Hierarchy): string[] {
  const root = walkRoot(hierarchy)
  const paths = root === undefined ? [] : ['/']
  for (let i = 0; i < paths.length && paths.length < most; i++) {
    const path = paths[i]
    if (path.split('/').length > deepest || parseContainerPath(path).containerId !== undefined) continue
    for (const name of childrenOf(join(root!, path))) paths.push(join(path, name))
  }
  return paths.slice(0, most)
}

/** The folder whose tree names the cgroups. */
function walkRoot({ controllers, unified, kind }: Hierarchy): string | undefined {
  if (kind === 'v2') return unified
  return controllers.get('memory') ?? controllers.get('cpu') ?? controllers.get('pids')
}

function childrenOf(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  } catch (error) {
    if (isGone(error)) return []
    throw new Error(`list ${folder}`, { cause: error })
  }
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENODEV' || code === 'EACCES'
}

/** A reader of the files of one cgroup. */
export function cgroupReader(hierarchy: Hierarchy, path: string): ReadCgroupFile {
  if (hierarchy.kind === 'v2') return (_, file) => readKernelFile(join(hierarchy.unified!, path, file))
  return (controller, file) => {
    const at = hierarchy.controllers.get(controller)
    return at === undefined ? undefined : readKernelFile(join(at, path, file))
  }
}

/** What a cgroup used. */
export function readStats(hierarchy: Hierarchy, path: string): CgroupStats {
  const read = cgroupReader(hierarchy, path)
  if (hierarchy.kind === 'v2') return statsV2(read, path === '/')
  const stats = statsV1(read)
  return hierarchy.unified === undefined ? stats : { ...stats, ...hybridPressure(hierarchy.unified, path) }
}

/** In a hybrid the v2 tree may hold the same cgroup, without controllers but with pressure. */
function hybridPressure(unified: string, path: string): Partial<CgroupStats> {
  const { cpuPressure, memoryPressure, ioPressure } = statsV2((_, file) =>
    file.endsWith('.pressure') ? readKernelFile(join(unified, path, file)) : undefined,
  )
  return { cpuPressure, memoryPressure, ioPressure }
}

/** The limits of a cgroup. */
export function readSpec(hierarchy: Hierarchy, path: string): CgroupSpec {
  const read = cgroupReader(hierarchy, path)
  return hierarchy.kind === 'v2' ? specV2(read) : specV1(read)
}

/** The processes (not threads) of a cgroup itself. */
export function readProcesses(hierarchy: Hierarchy, path: string): number[] {
  const root = walkRoot(hierarchy)
  const text = root === undefined ? undefined : readKernelFile(join(root, path, 'cgroup.procs'))
  return (text ?? '').split('\n').flatMap((line) => (line === '' ? [] : [Number(line)]))
}

/** When the cgroup was made: the time of a file that the kernel does not touch later. */
export function readCreatedMs(hierarchy: Hierarchy, path: string): number | undefined {
  const root = walkRoot(hierarchy)
  if (root === undefined) return undefined
  const file = hierarchy.kind === 'v2' ? 'cgroup.events' : 'cgroup.clone_children'
  const found =
    statSync(join(root, path, file), { throwIfNoEntry: false }) ?? statSync(join(root, path), { throwIfNoEntry: false })
  return found === undefined ? undefined : Math.floor(found.mtimeMs)
}
