import { use, useEffect, useState } from 'react'
import { EmptyState } from '../parts/empty-state.tsx'
import { clockTime } from '../lib/format.ts'
import { LiveContext, useLiveState } from './live.ts'
import { usePageTime } from './time.ts'
import { useWords } from './words.ts'

/** A short break is not worth a word: it is mended by the first attempts. */
const SAID_AFTER_MS = 3000

/** Says that the server does not answer, since when, and what is shown meanwhile. */
export function ConnectionLost() {
  const { words, language } = useWords()
  const { utc } = usePageTime()
  const live = use(LiveContext)
  const state = useLiveState((now) => now)
  const nowMs = useSeconds(state.phase === 'lost')
  if (state.phase !== 'lost' || nowMs - state.sinceMs < SAID_AFTER_MS) return null
  const silent = Math.round((nowMs - state.sinceMs) / 1000)
  const next = Math.max(0, Math.ceil((state.nextAttemptMs - nowMs) / 1000))
  return (
    <section className="card lost" role="alert" data-state="connection-lost">
      <EmptyState
        title={words.state.lost(silent)}
        actions={
          <button type="button" className="btn primary" onClick={() => live.start()}>
            {words.state.tryNow}
          </button>
        }
      >
        {state.lastMessageMs > 0
          ? words.state.lostDetail(clockTime(state.lastMessageMs, utc, language), next)
          : words.state.lostFirst}
      </EmptyState>
    </section>
  )
}

function useSeconds(running: boolean): number {
  const [nowMs, setNowMs] = useState(Date.now)
  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => setNowMs(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [running])
  return nowMs
}
