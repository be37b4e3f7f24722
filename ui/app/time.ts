import { createContext, use, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import { fixedRange, isLive, spanOf, stepFor, type TimeRange, type TimeSpan } from '../lib/time-range.ts'
import { rangeOf, readableSearch, withEntries } from '../lib/url-state.ts'
import { useLiveState } from './live.ts'

/** The range of the page: what the bar shows and every chart draws. */
export interface PageTime extends TimeSpan {
  range: TimeRange
  live: boolean
  stepMs: number
  utc: boolean
  setRange: (range: TimeRange) => void
  /** Narrows all charts to a span; the way back is the browser's. */
  zoom: (span: TimeSpan) => void
  zoomBack: () => void
}

/** The one range of the page. */
export const TimeContext = createContext<PageTime | null>(null)

/** The range of the page. */
export function usePageTime(): PageTime {
  const time = use(TimeContext)
  if (!time) throw new Error('a part that shows time stands outside the frame')
  return time
}

/** Reads the range from the URL and moves its right edge with the data. */
export function usePageTimeFromUrl(intervalSeconds: number): PageTime {
  const [search] = useSearchParams()
  const setEntries = useUrlEntries()
  const location = useLocation()
  const navigate = useNavigate()
  const range = rangeOf(search)
  const live = isLive(range)
  const nowMs = useNow(live, intervalSeconds)
  const [from, to] = [range.from, range.to]
  const span = useMemo(() => spanOf({ from, to }, nowMs), [from, to, nowMs])
  const zoomed = (location.state as { zoomed?: boolean } | null)?.zoomed === true
  const setRange = useCallback((next: TimeRange) => setEntries({ ...next }), [setEntries])
  const zoom = useCallback((next: TimeSpan) => setEntries({ ...fixedRange(next) }, { zoomed: true }), [setEntries])
  const zoomBack = useCallback(() => (zoomed ? void navigate(-1) : undefined), [zoomed, navigate])
  const stepMs = stepFor(span.toMs - span.fromMs, intervalSeconds)
  const utc = search.get('utc') === '1'
  return useMemo(
    () => ({ range: { from, to }, live, stepMs, utc, ...span, setRange, zoom, zoomBack }),
    [from, to, live, stepMs, utc, span, setRange, zoom, zoomBack],
  )
}

/** Now, as the newest point says; the clock of this computer only until one has come. */
function useNow(live: boolean, intervalSeconds: number): number {
  const [opened] = useState(() => Math.floor(Date.now() / 1000) * 1000)
  const newest = useLiveState((state) => (live ? state.newestPointMs : 0))
  const [clock, setClock] = useState(opened)
  useEffect(() => {
    if (!live || newest > 0) return
    const timer = setInterval(() => setClock(Math.floor(Date.now() / 1000) * 1000), intervalSeconds * 1000)
    return () => clearInterval(timer)
  }, [live, newest, intervalSeconds])
  return newest > 0 ? newest : clock
}

/** Changes entries of the URL. `replace` for what is typed, so that Back leaves the page and not one letter. */
export function useUrlEntries(): (
  entries: Record<string, string | string[] | null>,
  options?: { replace?: boolean; zoomed?: boolean },
) => void {
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const latest = useRef(search)
  latest.current = search
  return useCallback(
    (entries, { replace = false, zoomed = false } = {}) => {
      const next = readableSearch(withEntries(latest.current, entries))
      void navigate({ search: next }, { replace, state: zoomed ? { zoomed } : null })
    },
    [navigate],
  )
}
