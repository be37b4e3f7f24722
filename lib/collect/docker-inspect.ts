import type { ContainerInfo, ContainerState } from './container-info.ts'

/** The part of Docker's answer to inspect that is read; any of it may be missing. */
interface Inspect {
  Id?: string
  Name?: string
  Created?: string
  RestartCount?: number
  Config?: { Image?: string; Labels?: Record<string, string> | null }
  HostConfig?: { NanoCpus?: number; CpuQuota?: number; CpuPeriod?: number; Memory?: number }
  State?: {
    Status?: string
    OOMKilled?: boolean
    ExitCode?: number
    Pid?: number
    StartedAt?: string
    FinishedAt?: string
    Health?: { Status?: string } | null
  }
}

const states = new Set<string>(['created', 'running', 'paused', 'restarting', 'exited', 'dead'])

/** A container from the Engine API's answer to inspect. */
export function containerOfInspect(body: unknown): ContainerInfo | undefined {
  const answer = body as Inspect | undefined
  if (typeof answer?.Id !== 'string') return undefined
  const state = answer.State ?? {}
  const isOver = state.Status === 'exited' || state.Status === 'dead' || state.Status === 'restarting'
  return {
    id: answer.Id,
    name: (answer.Name ?? answer.Id.slice(0, 12)).replace(/^\//, ''),
    image: answer.Config?.Image ?? '',
    state: states.has(state.Status ?? '') ? (state.Status as ContainerState) : 'created',
    createdMs: timeMs(answer.Created),
    startedMs: timeMs(state.StartedAt),
    finishedMs: isOver ? timeMs(state.FinishedAt) : undefined,
    exitCode: isOver ? state.ExitCode : undefined,
    oomKilled: state.OOMKilled === true,
    restarts: answer.RestartCount ?? 0,
    limits: limitsOf(answer.HostConfig ?? {}),
    labels: answer.Config?.Labels ?? {},
    runtime: 'docker',
    ...(state.Pid === undefined || state.Pid === 0 ? {} : { pid: state.Pid }),
    ...healthOf(state.Health?.Status),
  }
}

/** Docker writes the year 1 for never. */
function timeMs(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? '')
  return Number.isNaN(ms) || ms <= 0 ? undefined : ms
}

function limitsOf(host: NonNullable<Inspect['HostConfig']>): ContainerInfo['limits'] {
  const quota = host.CpuQuota ?? 0
  const cpuCores = host.NanoCpus ? host.NanoCpus / 1e9 : quota > 0 ? quota / (host.CpuPeriod || 100_000) : undefined
  return {
    ...(cpuCores === undefined ? {} : { cpuCores }),
    ...(host.Memory ? { memoryBytes: host.Memory } : {}),
  }
}

function healthOf(status: string | undefined): Pick<ContainerInfo, 'health'> {
  return status === 'healthy' || status === 'unhealthy' || status === 'starting' ? { health: status } : {}
}
