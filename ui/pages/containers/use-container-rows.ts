import { useMemo } from 'react'
import { useContainers, useInstant, useRateWindow } from '../../app/data.ts'
import { usePageTime } from '../../app/time.ts'
import type { ContainerList } from '../../lib/api.ts'
import { containerRows, type ContainerRow } from '../../lib/container-view.ts'
import { containerQueries } from '../../lib/queries.ts'

/** All containers with their figures; undefined while the list has not come. */
export function useContainerRows(): {
  rows: ContainerRow[] | undefined
  list: ContainerList | undefined
  error: string | null
} {
  const { toMs } = usePageTime()
  const w = useRateWindow()
  const { data: list, error } = useContainers()
  const cpu = useInstant(containerQueries.cpu(w)).data
  const memory = useInstant(containerQueries.memory).data
  const disk = useInstant(containerQueries.disk(w)).data
  const network = useInstant(containerQueries.network(w)).data
  const throttled = useInstant(containerQueries.throttled(w)).data
  const rows = useMemo(() => {
    const figures = {
      cpuCores: cpu,
      memoryBytes: memory,
      diskBytesPerSecond: disk,
      networkBytesPerSecond: network,
      throttledPercent: throttled,
    }
    return list && containerRows(list.containers, figures, toMs)
  }, [list, cpu, memory, disk, network, throttled, toMs])
  return { rows, list, error }
}
