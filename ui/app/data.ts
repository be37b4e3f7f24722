import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { getOwn, queryInstant, queryRange, type About, type ContainerList, type OwnStatus } from '../lib/api.ts'
import type { InstantSeries, RangeSeries } from '../lib/columns.ts'
import { rateWindow } from '../lib/time-range.ts'
import { useLive } from './live.ts'
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

/** One of our own live objects: asked for once at first, then told of at every scrape. */
function useOwn<T>(kind: 'verdict' | 'containers' | 'status'): Answer<T> {
  const followed = useLive({ kind })
  const asked = useQuery({
    queryKey: [kind],
    queryFn: ({ signal }) => getOwn<T>(kind, signal),
    enabled: followed?.object === undefined,
    staleTime: 5000,
  })
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

/** The window to write into a rate() on this page. */
export function useRateWindow(): string {
  const about = useAbout()
  const { stepMs } = usePageTime()
  return rateWindow(stepMs, about.data?.intervalSeconds ?? 15)
}
