import { Suspense, useMemo } from 'react'
import { ApiServerDown } from './api-server-down.tsx'
import { useAbout } from './data.ts'
import { ConnectionLost } from './connection-lost.tsx'
import { Keys } from './keys.tsx'
import { LiveContext, browserConnection, useLiveState, useLiveWhileVisible } from './live.ts'
import { Navigation } from './navigation.tsx'
import { PageRoutes } from './routes.tsx'
import { TimeContext, usePageTimeFromUrl } from './time.ts'
import { TopBar } from './top-bar.tsx'
import { useWords } from './words.ts'
import { PageError } from './page-error.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Skeleton } from '../parts/skeleton.tsx'

/** The frame around every page, with the page's one connection and one time range. */
export function Frame() {
  const live = useMemo(() => browserConnection(), [])
  return (
    <LiveContext value={live}>
      <TimedFrame />
    </LiveContext>
  )
}

function TimedFrame() {
  const { words } = useWords()
  const about = useAbout()
  const time = usePageTimeFromUrl(about.data?.intervalSeconds ?? 15)
  useLiveWhileVisible()
  return (
    <TimeContext value={time}>
      <div className="app">
        <a className="btn skip" href="#main">
          {words.frame.skip}
        </a>
        <TopBar machine={about.data?.machine.name ?? ''} intervalSeconds={about.data?.intervalSeconds ?? 15} />
        <Navigation />
        <Main ready={about.data !== undefined} error={about.error} retry={() => void about.refetch()} />
        <Keys />
      </div>
    </TimeContext>
  )
}

function Main({ ready, error, retry }: { ready: boolean; error: Error | null; retry: () => void }) {
  const { words } = useWords()
  const lost = useLiveState((state) => state.phase === 'lost' && state.lastMessageMs > 0)
  return (
    <main className="main" id="main" tabIndex={-1}>
      <ConnectionLost />
      <ApiServerDown />
      {ready ? (
        <div className={lost ? 'stale' : undefined}>
          <PageError>
            <Suspense fallback={<Skeleton kind="page" />}>
              <PageRoutes />
            </Suspense>
          </PageError>
        </div>
      ) : error ? (
        <section className="card">
          <EmptyState
            title={words.state.failed('Binnacle')}
            actions={
              <button type="button" className="btn primary" onClick={retry}>
                {words.state.tryAgain}
              </button>
            }
          >
            {words.state.failedDetail(error.message)}
          </EmptyState>
        </section>
      ) : (
        <Skeleton kind="page" />
      )}
    </main>
  )
}
