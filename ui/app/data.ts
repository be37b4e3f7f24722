import { useQuery } from '@tanstack/react-query'
import type {
  ClusterView,
  ContainerView,
  EventView,
  NamespaceView,
  NodeView,
  ObjectDetail,
  PodView,
  WorkloadView,
} from '#lib/cluster'
import { useRef } from 'react'
import { getOwn, queryInstant, queryRange, type About, type ContainerList, type OwnStatus } from '../lib/api.ts'
import type { InstantSeries, RangeSeries } from '../lib/columns.ts'
import type { ClusterListKind } from '../lib/live.ts'
import { rateWindow } from '../lib/time-range.ts'
import { useLive, useLiveState } from './live.ts'
import { usePageTime } from './time.ts'

/** What this Binnacle is; it changes only when the program starts again. */
export function useAbout() {
  return useQuery({ queryKey: ['about'], queryFn: ({ signal }) => getOwn<About>('about', signal), staleTime: 60_000 })
}

/** A question's answer so far: undefined while nothing has come. */
export interface Answer<T> {
  data: T | undefined
  error: string | null
}

/** A range answer with what it took to get. */
export interface RangeAnswer extends Answer<RangeSeries[]> {
  tookMs: number | null
}

/** A range answer for the page's range: followed live, or asked for once when the range is closed. */
export function useRange(query: string | null, fixedStepMs?: number): RangeAnswer {
  const time = usePageTime()
  const { live, fromMs, toMs } = time
  const stepMs = fixedStepMs ?? time.stepMs
  const followed = useLive(live && query !== null ? { kind: 'range', query, rangeMs: toMs - fromMs, stepMs } : null)
  const asked = useQuery({
    queryKey: ['range', query, fromMs, toMs, stepMs],
    queryFn: ({ signal }) => timed(queryRange(query ?? '', { fromMs, toMs, stepMs }, signal)),
    enabled: !live && query !== null,
  })
  const data = useKept(query, live ? followed?.range : asked.data?.answer)
  const tookMs = (live ? followed?.tookMs : asked.data?.tookMs) ?? null
  return { data, tookMs, error: (live ? followed?.error : asked.error?.message) ?? null }
}

async function timed<T>(asked: Promise<T>): Promise<{ answer: T; tookMs: number }> {
  const startedMs = performance.now()
  const answer = await asked
  return { answer, tookMs: performance.now() - startedMs }
}

/** What was shown stays until something newer comes: a page never blanks because its range changed. */
function useKept<T>(query: string | null, newest: T | undefined): T | undefined {
  const kept = useRef<T | undefined>(undefined)
  if (query === null) kept.current = undefined
  else if (newest !== undefined) kept.current = newest
  return kept.current
}

/** An instant answer for the end of the page's range. */
export function useInstant(query: string | null): Answer<InstantSeries[]> {
  const { live, toMs } = usePageTime()
  const followed = useLive(live && query !== null ? { kind: 'instant', query } : null)
  const asked = useQuery({
    queryKey: ['instant', query, toMs],
    queryFn: ({ signal }) => queryInstant(query ?? '', toMs, signal),
    enabled: !live && query !== null,
  })
  const data = useKept(query, live ? followed?.instant : asked.data)
  return { data, error: (live ? followed?.error : asked.error?.message) ?? null }
}

type OwnKind = 'verdict' | 'findings' | 'containers' | 'status' | 'cluster'

/** One of our own live objects: asked for once at first, then told of at every scrape. */
function useOwn<T>(kind: OwnKind, isWanted = true): Answer<T> {
  const followed = useLive(isWanted ? { kind } : null)
  const asked = useQuery({
    queryKey: [kind],
    queryFn: ({ signal }) => getOwn<T>(kind, signal),
    enabled: isWanted && followed?.object === undefined,
    staleTime: 5000,
  })
  if (!isWanted) return { data: undefined, error: null }
  const data = (followed?.object as T | undefined) ?? asked.data
  return { data, error: data === undefined ? (followed?.error ?? asked.error?.message ?? null) : null }
}

/** The containers and where they are known from. */
export function useContainers(): Answer<ContainerList> {
  return useOwn<ContainerList>('containers')
}

/** How Binnacle itself is doing. */
export function useOwnStatus(): Answer<OwnStatus> {
  return useOwn<OwnStatus>('status')
}

/** The verdict's report, for lib/verdict to put into words. */
export function useVerdictReport<T>(): Answer<T> {
  return useOwn<T>('verdict')
}

/** All findings behind the verdict, while a page wants more than those that need you most. */
export function useFindings<T>(isWanted: boolean): Answer<T> {
  return useOwn<T>('findings', isWanted)
}

/** The cluster itself: whose it is, how it is reached, its sums. `present: false` where none is watched. */
export function useCluster(): Answer<ClusterView> {
  return useOwn<ClusterView>('cluster')
}

interface ClusterRows {
  nodes: NodeView
  namespaces: NamespaceView
  workloads: WorkloadView
  pods: PodView
  containers: ContainerView
  events: EventView
}

/** A list of the cluster, kept up to date; a row that has not changed stays the same object. Null asks for nothing. */
export function useClusterList<K extends ClusterListKind>(kind: K | null): Answer<readonly ClusterRows[K][]> {
  const followed = useLive(kind === null ? null : { kind: `cluster/${kind}` })
  // A long list is asked for over HTTP only where the stream cannot be had.
  const isLost = useLiveState(({ phase }) => phase === 'lost')
  const asked = useQuery({
    queryKey: ['cluster', kind],
    queryFn: ({ signal }) => getOwn<{ rows: ClusterRows[K][] }>(`cluster/${kind}`, signal),
    enabled: kind !== null && isLost && followed?.list === undefined,
    staleTime: 5000,
  })
  const data = (followed?.list as readonly ClusterRows[K][] | undefined) ?? asked.data?.rows
  return { data, error: data === undefined ? (followed?.error ?? asked.error?.message ?? null) : null }
}

/**
 * One object of the cluster with what it is made of; the kind as in `pod`, `node`, `namespace`, `deployment`. An object
 * that has gone keeps its last answer, and `error` says that it has gone.
 */
export function useObject(kind: string, namespace: string, name: string): Answer<ObjectDetail> {
  const followed = useLive({ kind: 'cluster/object', params: { kind, namespace, name } })
  const asked = useQuery({
    queryKey: ['cluster/object', kind, namespace, name],
    queryFn: ({ signal }) =>
      getOwn<ObjectDetail>(`cluster/object?${new URLSearchParams({ kind, namespace, name })}`, signal),
    enabled: followed === undefined,
    staleTime: 5000,
  })
  const data = (followed?.object as ObjectDetail | undefined) ?? asked.data
  return { data, error: followed?.error ?? (data === undefined ? (asked.error?.message ?? null) : null) }
}

/** The window to write into a rate() on this page. */
export function useRateWindow(): string {
  const about = useAbout()
  const { stepMs } = usePageTime()
  return rateWindow(stepMs, about.data?.intervalSeconds ?? 15)
}
