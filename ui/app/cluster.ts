import { useEffect, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { namespacesOf } from '../lib/namespace-scope.ts'
import { rateWindow } from '../lib/time-range.ts'
import { useAbout, useCluster } from './data.ts'
import { recall, remember } from './storage.ts'
import { usePageTime } from './time.ts'

const KEPT = 'binnacle-has-cluster'

/** Whether a cluster is watched; until it is known, as it was the last time, so that the navigation does not change. */
export function useHasCluster(): boolean {
  const present = useCluster().data?.present
  useEffect(() => {
    if (present !== undefined && recall(KEPT) !== String(present)) remember(KEPT, String(present))
  }, [present])
  return present ?? recall(KEPT) === 'true'
}

/** The namespaces that the page is narrowed to; none: all. The same array until they change. */
export function useNamespaces(): readonly string[] {
  const [search] = useSearchParams()
  const entry = search.get('ns') ?? ''
  return useMemo(() => namespacesOf(new URLSearchParams({ ns: entry })), [entry])
}

/** Kubelets are asked no more often than this. */
const KUBELET_SECONDS = 15

/** The window to write into a rate() of what kubelets say. */
export function useClusterRateWindow(): string {
  const about = useAbout().data
  const { stepMs } = usePageTime()
  return rateWindow(stepMs, Math.max(KUBELET_SECONDS, about?.intervalSeconds ?? 0))
}
