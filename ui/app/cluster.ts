import { useEffect, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { namespacesOf } from '../lib/namespace-scope.ts'
import { useCluster } from './data.ts'
import { recall, remember } from './storage.ts'

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
