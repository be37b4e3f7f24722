import { useHasCluster } from '../../app/cluster.ts'
import { useVerdict } from '../../app/verdict.ts'

const MACHINE = { namespaces: [], all: false, isMachine: true }

/** The verdict of this machine: all there is to say, where no cluster is watched. */
export function useMachineVerdict(): ReturnType<typeof useVerdict> {
  return useVerdict(useHasCluster() ? MACHINE : undefined)
}
