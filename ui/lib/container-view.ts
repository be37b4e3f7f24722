import type { Container } from './api.ts'
import type { InstantSeries } from './columns.ts'
import type { FilterSubject } from './text-filter.ts'

/** What is measured of a container now; null where nothing is. */
export interface ContainerUse {
  cpuCores: number | null
  memoryBytes: number | null
  diskBytesPerSecond: number | null
  networkBytesPerSecond: number | null
  throttledPercent: number | null
}

/** A container with its figures and its state in one. */
export interface ContainerRow extends ContainerUse {
  container: Container
  state: ContainerState
}

/** What a container's state is, before it is put into words. */
export type ContainerState =
  | { kind: 'running' | 'nearMemoryLimit' | 'atCpuLimit' | 'paused' | 'restarting' | 'created' | 'removing' | 'dead' }
  | { kind: 'exited'; code: number | null; agoMs: number | null }
  | { kind: 'oomKilled'; agoMs: number | null }
  | { kind: 'unknown'; state: string }

/** The level that a state is drawn in. */
export function levelOf(state: ContainerState): 'ok' | 'warn' | 'crit' | 'idle' {
  if (state.kind === 'running') return 'ok'
  if (state.kind === 'oomKilled' || state.kind === 'dead') return 'crit'
  if (state.kind === 'exited') return state.code === null || state.code === 0 ? 'idle' : 'warn'
  return ['nearMemoryLimit', 'atCpuLimit', 'restarting'].includes(state.kind) ? 'warn' : 'idle'
}

const NEAR_LIMIT = 0.85
const THROTTLED_PERCENT = 25

/** What to call the state of a container, given what it uses. */
export function stateOf(container: Container, use: ContainerUse, nowMs: number): ContainerState {
  const { state, finishedMs, exitCode, oomKilled } = container
  const agoMs = finishedMs ? Math.max(0, nowMs - finishedMs) : null
  if (state === 'exited' && oomKilled) return { kind: 'oomKilled', agoMs }
  if (state === 'exited' || state === 'stopped') return { kind: 'exited', code: exitCode ?? null, agoMs }
  if (state === 'paused' || state === 'restarting' || state === 'created' || state === 'removing' || state === 'dead')
    return { kind: state }
  if (state !== 'running') return { kind: 'unknown', state }
  const limit = container.limits?.memoryBytes ?? 0
  if (limit > 0 && (use.memoryBytes ?? 0) > NEAR_LIMIT * limit) return { kind: 'nearMemoryLimit' }
  return { kind: (use.throttledPercent ?? 0) > THROTTLED_PERCENT ? 'atCpuLimit' : 'running' }
}

/** Answers by container: by name where the runtime gives one, else by the id inside the cgroup's path. */
export function valueOf(container: Container, series: InstantSeries[] | undefined): number | null {
  const found = series?.find(({ labels }) => belongs(container, labels))
  return found && Number.isFinite(found.value) ? found.value : null
}

/** Whether a series is of this container. */
export function belongs(container: Container, labels: Record<string, string>): boolean {
  if (labels['name'] !== undefined && labels['name'] === container.name) return true
  return container.id.length >= 12 && (labels['id'] ?? '').includes(container.id)
}

/** Joins containers with what is measured of them. What has stopped has no live value. */
export function containerRows(
  containers: Container[],
  figures: Record<keyof ContainerUse, InstantSeries[] | undefined>,
  nowMs: number,
): ContainerRow[] {
  return containers.map((container) => {
    const running = container.state === 'running' || container.state === 'paused'
    const get = (name: keyof ContainerUse) => (running ? valueOf(container, figures[name]) : null)
    const use: ContainerUse = {
      cpuCores: get('cpuCores'),
      memoryBytes: get('memoryBytes'),
      diskBytesPerSecond: get('diskBytesPerSecond'),
      networkBytesPerSecond: get('networkBytesPerSecond'),
      throttledPercent: get('throttledPercent'),
    }
    return { container, ...use, state: stateOf(container, use, nowMs) }
  })
}

function share(value: number | null, limit: number | undefined): number | null {
  return value === null || !limit ? null : (value / limit) * 100
}

/** How the filter bar sees a row. */
export function subjectOf({ container, cpuCores, memoryBytes }: ContainerRow): FilterSubject {
  const { name, image, id, runtime = '', labels = {}, limits } = container
  return {
    text: [name, image, id, runtime, ...Object.values(labels)].join(' '),
    labels: { ...labels, name, image, runtime, state: container.state },
    measure: (measure, percent) => {
      if (measure === 'memory') return percent ? share(memoryBytes, limits?.memoryBytes) : memoryBytes
      if (measure === 'cpu') return percent ? share(cpuCores, limits?.cpuCores) : cpuCores
      return measure === 'restarts' ? (container.restarts ?? 0) : null
    },
  }
}
