import { lazy, Suspense } from 'react'
import { Link, useSearchParams } from 'react-router'
import { TimeRangePicker } from '../parts/time-range.tsx'
import { Name } from '../parts/name.tsx'
import { linkTo } from '../lib/url-state.ts'
import { liveRange } from '../lib/time-range.ts'
import { shortAge } from '../lib/format.ts'
import { useHasCluster } from './cluster.ts'
import { useCluster } from './data.ts'
import { Finder } from './finder.tsx'
import { Compass } from './icons.tsx'
import { useLiveState } from './live.ts'
import { useSession } from './session.tsx'
import { Settings } from './settings.tsx'
import { NamespacePicker } from './namespace-picker.tsx'
import { usePageTime } from './time.ts'
import { useWords } from './words.ts'

const UserMenu = lazy(async () => ({ default: (await import('./user-menu.tsx')).UserMenu }))

/** The only place for the machine, the time range and whether it is live. */
export function TopBar({ machine, intervalSeconds }: { machine: string; intervalSeconds: number }) {
  const { words } = useWords()
  const [search] = useSearchParams()
  const { user } = useSession()
  return (
    <header className="bar">
      <Link className="brand" to={linkTo('/', search)} aria-label={words.frame.homeLink}>
        <Compass />
        <b>Binnacle</b>
      </Link>
      <Place machine={machine} />
      <Finder />
      <span className="sp" />
      <TimeRangePicker />
      <LiveSign intervalSeconds={intervalSeconds} />
      {user !== '' && (
        <Suspense fallback={null}>
          <UserMenu />
        </Suspense>
      )}
      <Settings />
    </header>
  )
}

/** Where all that is shown is from: the cluster and its namespaces, or the machine. */
function Place({ machine }: { machine: string }) {
  const { words } = useWords()
  const cluster = useCluster().data
  const hasCluster = useHasCluster()
  const name = hasCluster ? (cluster?.name ?? '') : machine
  return (
    <>
      <span
        className={hasCluster ? 'pick machine-name hide-sm' : 'pick machine-name'}
        title={cluster?.present ? words.resources.cluster.whose(cluster.server, cluster.user) : undefined}
      >
        <span className="k hide-md">{hasCluster ? words.resources.cluster.name : words.frame.machine}</span>
        <Name name={name} />
      </span>
      {hasCluster && <NamespacePicker cluster={name} names={cluster?.namespaces ?? NONE} />}
    </>
  )
}

const NONE: readonly string[] = []

function LiveSign({ intervalSeconds }: { intervalSeconds: number }) {
  const { words, language } = useWords()
  const { live, range, setRange } = usePageTime()
  const open = useLiveState((state) => state.phase === 'open')
  if (live) {
    return (
      <span
        className="pick ghost hide-sm"
        data-live={open ? 'open' : 'waiting'}
        title={words.frame.liveHint(shortAge(intervalSeconds * 1000, language))}
      >
        <i className={open ? 'live-dot' : 'live-dot waiting'} />
        {open ? words.frame.live : words.frame.reconnecting}
      </span>
    )
  }
  return (
    <button
      type="button"
      className="pick"
      data-live="paused"
      title={words.frame.pausedHint}
      onClick={() => setRange(liveRange(range, Date.now()))}
    >
      <span className="hide-sm">{words.frame.paused} ·</span> <span className="link">{words.frame.goLive}</span>
    </button>
  )
}
