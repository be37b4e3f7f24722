import { readlinkSync } from 'node:fs'
import { join } from 'node:path'

import {
  findHierarchy,
  listCgroups,
  parseContainerPath,
  parseNetDev,
  readCreatedMs,
  readKernelFile,
  readProcesses,
  readSpec,
  readStats,
} from '#lib/cgroup'

import { Families } from './container-families.ts'
import { podLabels } from './container-info.ts'
import { ContainerList } from './container-list.ts'
import { addMachine } from './container-machine.ts'
import { addNetwork, addSpec } from './container-spec.ts'
import { addUsage } from './container-usage.ts'
import { DockerWatch } from './docker-watch.ts'
import { LogNames } from './log-names.ts'

import type { Hierarchy } from '#lib/cgroup'
import type { MetricFamily } from '#lib/exposition'
import type { ContainerInfo } from './container-info.ts'

export interface ContainerWatchOptions {
  readonly procfs?: string
  readonly rootfs?: string
  readonly sysfs?: string
  /** The machine's /var/log, where the kubelet names containers; absent: it is not looked at. */
  readonly logs?: string
  /** Absent: /var/run/docker.sock; empty: Docker is not asked. */
  readonly dockerSocket?: string
  readonly signal: AbortSignal
  readonly now?: () => number
}

/** Something that cannot be seen, why, and what would change that. */
export interface Missing {
  readonly what: string
  readonly why: string
  readonly fix?: string
}

const FIX_DOCKER = 'start Docker, or name its socket with --docker.socket'

/** The containers of this machine: their metrics in cAdvisor's names, and the list of them. */
export class ContainerWatch {
  readonly list: ContainerList
  /** Resolves when Docker was read once, or did not answer. */
  readonly ready: Promise<void>
  readonly #procfs: string
  readonly #rootfs: string
  readonly #docker: DockerWatch
  readonly #hierarchy: Hierarchy
  readonly #now: () => number
  readonly #logNames: LogNames | undefined
  readonly #isDockerAsked: boolean

  constructor(options: ContainerWatchOptions) {
    this.#procfs = options.procfs ?? '/proc'
    this.#rootfs = options.rootfs ?? '/'
    this.#now = options.now ?? Date.now
    this.#hierarchy = findHierarchy(this.#procfs, this.#rootfs, options.sysfs)
    if (options.logs !== undefined) this.#logNames = new LogNames(options.logs, this.#now)
    this.#docker = new DockerWatch(options.dockerSocket ?? join(this.#rootfs, 'var/run/docker.sock'))
    this.list = new ContainerList(() => this.#containers())
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ready = promise
    this.#isDockerAsked = options.dockerSocket !== ''
    if (this.#isDockerAsked) void this.#docker.run(options.signal, resolve)
    else resolve()
  }

  /** What cannot be seen, why, and what would change that. */
  missing(): Missing[] {
    const problem = this.#isDockerAsked ? this.#docker.problem() : this.#logNames?.problem()
    const missing: Missing[] = []
    if (this.#hierarchy.kind === 'none') missing.push({ what: 'Container metrics', why: 'no cgroups are mounted here' })
    if (problem !== undefined) missing.push({ what: 'Names and states of containers', why: problem, fix: FIX_DOCKER })
    return missing
  }

  /** The runtimes that were asked. */
  sources(): { runtime: string; ok: boolean; why: string | undefined }[] {
    if (!this.#isDockerAsked) return []
    const why = this.#docker.problem()
    return [{ runtime: 'Docker', ok: why === undefined, why }]
  }

  /** The families of this moment. Reads kernel files only: what Docker knows was read before. */
  collect(): MetricFamily[] {
    const to = new Families()
    const devices = deviceNames(readKernelFile(join(this.#procfs, 'diskstats')) ?? '')
    const namespaces = new Set<string>()
    let failed = 0
    for (const path of listCgroups(this.#hierarchy)) {
      try {
        this.#addCgroup(to, path, devices, namespaces)
      } catch (error) {
        if (!(error instanceof Error)) throw error
        if (readCreatedMs(this.#hierarchy, path) !== undefined) failed = 1
      }
    }
    addMachine(to, this.#procfs, this.#rootfs)
    const help = '1 if there was an error while getting container metrics, 0 otherwise'
    to.add('container_scrape_error', 'gauge', help, [], failed)
    return to.all()
  }

  #addCgroup(to: Families, path: string, devices: ReadonlyMap<string, string>, namespaces: Set<string>): void {
    const { containerId } = parseContainerPath(path)
    const container = containerId === undefined ? undefined : this.#containerOf(path, containerId)
    const base = baseLabels(path, container)
    const stats = readStats(this.#hierarchy, path)
    const spec = readSpec(this.#hierarchy, path)
    addUsage(to, base, stats, spec, (major, minor) => devices.get(`${major}:${minor}`) ?? '')
    addSpec(to, base, spec)
    const processes = readProcesses(this.#hierarchy, path)
    to.add('container_processes', 'gauge', 'Number of processes running inside the container.', base, processes.length)
    if (containerId !== undefined) this.#addOfContainer(to, base, processes, container, namespaces)
    if (path === '/') addNetwork(to, base, parseNetDev(readKernelFile(join(this.#procfs, '1/net/dev')) ?? ''))
    const ooms = BigInt(containerId === undefined ? 0 : this.#docker.oomEvents(containerId))
    const oomKills = stats.oomKills ?? 0n
    const oomHelp = 'Count of out of memory events observed for the container'
    to.add('container_oom_events_total', 'counter', oomHelp, base, ooms > oomKills ? ooms : oomKills)
    this.#addTimes(to, base, path, container)
  }

  #addTimes(to: Families, base: readonly string[], path: string, container: ContainerInfo | undefined): void {
    const nowSeconds = Math.floor(this.#now() / 1000)
    to.add('container_last_seen', 'gauge', 'Last time a container was seen by the exporter', base, nowSeconds)
    const createdMs = readCreatedMs(this.#hierarchy, path) ?? container?.createdMs
    if (createdMs === undefined) return
    const created = 'Container creation time since unix epoch in seconds.'
    const started = 'Start time of the container since unix epoch in seconds.'
    to.add('container_creation_time_seconds', 'gauge', created, base, createdMs / 1000)
    const startedMs = container?.startedMs ?? createdMs
    to.add('container_start_time_seconds', 'gauge', started, base, Math.floor(startedMs / 1000))
  }

  /** A network namespace is counted once, for the first container that uses it, and the machine's own never here. */
  #addOfContainer(
    to: Families,
    base: readonly string[],
    processes: readonly number[],
    container: ContainerInfo | undefined,
    namespaces: Set<string>,
  ): void {
    const health = container?.health
    const value = health === undefined ? -1 : health === 'healthy' ? 1 : 0
    to.add('container_health_state', 'gauge', "The result of the container's health check", base, value)
    const pid = container?.pid ?? processes[0]
    if (pid === undefined) return
    const namespace = networkNamespace(this.#procfs, pid)
    if (namespace === undefined || namespaces.has(namespace)) return
    if (namespace === networkNamespace(this.#procfs, 1)) return
    namespaces.add(namespace)
    addNetwork(to, base, parseNetDev(readKernelFile(join(this.#procfs, String(pid), 'net/dev')) ?? ''))
  }

  /** Docker's containers, and those of other runtimes as their cgroups show them. */
  #containers(): ContainerInfo[] {
    const known = this.#docker.containers()
    const others = listCgroups(this.#hierarchy).flatMap((path) => {
      const { containerId, runtime } = parseContainerPath(path)
      if (containerId === undefined || known.has(containerId)) return []
      return [this.#fromCgroup(path, containerId, runtime ?? 'unknown')]
    })
    return [...known.values(), ...others]
  }

  /** As Docker tells it, or the kubelet by the name of its log. */
  #containerOf(path: string, id: string): ContainerInfo | undefined {
    const known = this.#docker.containers().get(id)
    if (known !== undefined || this.#logNames?.get(id) === undefined) return known
    return this.#fromCgroup(path, id, parseContainerPath(path).runtime ?? 'unknown')
  }

  #fromCgroup(path: string, id: string, runtime: string): ContainerInfo {
    const { cpu, memory } = readSpec(this.#hierarchy, path)
    const createdMs = readCreatedMs(this.#hierarchy, path)
    const limits = {
      ...(cpu === undefined || cpu.quotaUs === 0n || cpu.periodUs === 0n
        ? {}
        : { cpuCores: Number(cpu.quotaUs) / Number(cpu.periodUs) }),
      ...(memory === undefined || memory.limitBytes === 0n ? {} : { memoryBytes: Number(memory.limitBytes) }),
    }
    const times = { createdMs, startedMs: createdMs }
    const { name, labels } = this.#logNames?.get(id) ?? { name: id.slice(0, 12), labels: {} }
    return {
      id,
      name,
      image: '',
      state: 'running',
      ...times,
      oomKilled: false,
      restarts: 0,
      limits,
      labels,
      runtime,
    }
  }
}

function baseLabels(path: string, container: ContainerInfo | undefined): string[] {
  const label = (key: string) => container?.labels[key] ?? ''
  return [
    'container',
    label(podLabels.container),
    'id',
    path,
    'image',
    container?.image ?? '',
    'name',
    container?.name ?? '',
    'namespace',
    label(podLabels.namespace),
    'pod',
    label(podLabels.pod),
  ]
}

/** `major:minor` → /dev/name, from diskstats. */
function deviceNames(diskstats: string): Map<string, string> {
  const names = new Map<string, string>()
  for (const line of diskstats.split('\n')) {
    const [major, minor, name] = line.trim().split(/\s+/)
    if (name !== undefined) names.set(`${major}:${minor}`, `/dev/${name}`)
  }
  return names
}

function networkNamespace(procfs: string, pid: number): string | undefined {
  try {
    return readlinkSync(join(procfs, String(pid), 'ns/net'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM' || code === 'ESRCH') return undefined
    throw error
  }
}
