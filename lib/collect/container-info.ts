/** One container as a person sees it, running or not. */
export interface ContainerInfo {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly state: ContainerState
  readonly createdMs?: number
  readonly startedMs?: number
  readonly finishedMs?: number
  readonly exitCode?: number
  readonly oomKilled: boolean
  readonly restarts: number
  /** What is absent has no limit. */
  readonly limits: { readonly cpuCores?: number; readonly memoryBytes?: number }
  readonly labels: Readonly<Record<string, string>>
  readonly runtime: string
  /** The first process, where the runtime tells it. */
  readonly pid?: number
  readonly health?: 'healthy' | 'unhealthy' | 'starting'
}

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'exited' | 'dead'

/** The labels that the kubelet gives its containers through a runtime. */
export const podLabels = {
  pod: 'io.kubernetes.pod.name',
  namespace: 'io.kubernetes.pod.namespace',
  container: 'io.kubernetes.container.name',
} as const
